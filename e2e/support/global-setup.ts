import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@signet/testing'
import { findChromium } from '../../scripts/chromium.mjs'
import { startDemo } from '../../scripts/demo.mjs'

/** The whole product, as `npm start` starts it, with ports and data of its own. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  process.env.CHROMIUM_PATH = await findChromium()
  // The presenter's walk goes through a demo that runs already.
  if (process.env.TOUR_URL) return async () => {}
  // So do the stories where docker compose has started it.
  if (process.env.E2E_BANK_URL) return async () => {}
  const dataDir = await mkdtemp(join(tmpdir(), 'signet-e2e-'))
  // As root PostgreSQL runs as another user, who must be able to reach its data.
  await chmod(dataDir, 0o755)
  const environment = { ...process.env, DATA_DIR: dataDir, LOG_LEVEL: 'info' }
  const demo = await startDemo({
    ...environment,
    BANK_PORT: String(await freePort()),
    RETIREMENT_PORT: String(await freePort()),
  })
  const shortLived = await startDemo({
    ...environment,
    DATABASE_URL: demo.adminUrl,
    ACCESS_TOKEN_TTL: '3',
    BANK_PORT: String(await freePort()),
    RETIREMENT_PORT: String(await freePort()),
  })
  process.env.E2E_DATABASE_URL = Object.assign(new URL(demo.adminUrl), { pathname: '/signet_bank' }).href
  process.env.E2E_BANK_URL = demo.bankUrl
  process.env.E2E_RETIREMENT_URL = demo.retirementUrl
  process.env.E2E_SHORT_LIVED_BANK_URL = shortLived.bankUrl
  process.env.E2E_SHORT_LIVED_RETIREMENT_URL = shortLived.retirementUrl
  return async () => {
    await shortLived.stop()
    await demo.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

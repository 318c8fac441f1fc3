import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FullConfig } from '@playwright/test'
import { findChromium } from '@signet/scripts/chromium'
import { startDemo } from '@signet/scripts/demo'
import { freePort, openOwnServer } from '@signet/testing'

/** Starts both apps once for all tests, as `npm start` does, with ports and data of its own. */
export default async function globalSetup({ projects }: FullConfig): Promise<() => Promise<void>> {
  const headless = projects.every(({ use }) => use.headless !== false)
  // Chromium's headless shell has no back/forward cache.
  process.env.WHOLE_CHROMIUM_PATH = await findChromium({ headless: false })
  process.env.CHROMIUM_PATH = await findChromium({ headless })
  // The presenter's tour uses a running demo.
  if (process.env.TOUR_URL) return async () => {}
  // With Docker Compose the stories do too.
  if (process.env.E2E_BANK_URL) return async () => {}
  const dataDir = await mkdtemp(join(tmpdir(), 'signet-e2e-'))
  // As root, PostgreSQL runs as another user, which must be able to read its data.
  await chmod(dataDir, 0o755)
  const server = await openOwnServer()
  const stopServer = async () => {
    await server.remove()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    const demo = await startDemo({
      ...process.env,
      DATA_DIR: dataDir,
      DATABASE_URL: server.adminUrl,
      LOG_LEVEL: 'info',
      BANK_PORT: String(await freePort()),
      RETIREMENT_PORT: String(await freePort()),
    })
    process.env.E2E_DATABASE_URL = Object.assign(new URL(demo.adminUrl), { pathname: '/signet_bank' }).href
    process.env.E2E_BANK_URL = demo.bankUrl
    process.env.E2E_RETIREMENT_URL = demo.retirementUrl
    return async () => {
      await demo.stop()
      await stopServer()
    }
  } catch (error) {
    await stopServer()
    throw error
  }
}

import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_PEOPLE } from '@signet/contracts'
import { provision } from '@signet/database'
import { freePort } from '@signet/testing'
import { startDemo } from '../../scripts/demo.mjs'
import { secretFile as secretFileOf } from '../../scripts/secrets.mjs'
import { ask } from './requests.mjs'
import { distinctTokens } from './tokens.mjs'

/** Both services as `npm start` starts them, with a database and data of their own. `stop()` leaves nothing. */
export async function startServices(env = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'signet-bench-'))
  // As root PostgreSQL runs as another user, who must be able to reach its data.
  await chmod(dataDir, 0o755)
  const remove = () => rm(dataDir, { recursive: true, force: true })
  const ports = { bank: await freePort(), retirement: await freePort() }
  const demo = await startDemo({
    ...process.env,
    DATA_DIR: dataDir,
    BANK_PORT: String(ports.bank),
    RETIREMENT_PORT: String(ports.retirement),
    ...env,
  }).catch(async (error) => {
    await remove()
    throw error
  })
  const service = (name, url) => ({ port: ports[name], host: new URL(url).host, pid: demo.services[name].pid })
  const bank = service('bank', demo.bankUrl)
  const { username, password } = DEMO_PEOPLE.ada
  const signIn = async () => {
    const answer = await ask({
      ...bank,
      path: '/api/login',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    if (answer.status !== 200) throw new Error(`the bank answered ${answer.status} to a sign-in: ${answer.text}`)
    return JSON.parse(answer.text).data
  }
  const token = await signIn()
  const secretFile = secretFileOf(dataDir, 'jwt-secret')
  const freshToken = () => distinctTokens(token, secretFile, 1)[0]
  return {
    bank: { ...bank, token, secretFile, freshToken },
    retirement: { ...service('retirement', demo.retirementUrl), token, secretFile, freshToken },
    demo,
    signIn,
    /** A database of its own for a peer, on the same server. */
    peerDatabase: () =>
      provision(demo.adminUrl, { database: 'bench_peer', role: 'bench_peer', password: 'of-this-run-only-0123456789' }),
    stop: async () => {
      await demo.stop()
      await remove()
    },
  }
}

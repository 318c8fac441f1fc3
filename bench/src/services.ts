import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { provision } from '@signet/database'
import { type Demo, startDemo } from '@signet/scripts/demo'
import { secretFile as pathOfSecret } from '@signet/scripts/secrets'
import { freePort } from '@signet/testing'
import { type Server, sendRequest } from './requests.js'
import { distinctTokens } from './tokens.js'

/** A running service and credentials for it. */
export interface Service extends Required<Server> {
  readonly pid: number
  readonly token: string
  readonly secretFile: string
  freshToken(): string
}

export interface Services {
  readonly bank: Service
  readonly retirement: Service
  readonly demo: Demo
  /** Creates a database for a peer on the same server. Returns its URL. */
  peerDatabase(): Promise<string>
  stop(): Promise<void>
}

/** Starts both services as `npm start` does, with their own databases and data. `stop()` removes everything. */
export async function startServices(env: Readonly<Record<string, string>> = {}): Promise<Services> {
  const dataDir = await mkdtemp(join(tmpdir(), 'signet-bench-'))
  // As root, PostgreSQL runs as another user, which must be able to reach its data.
  await chmod(dataDir, 0o755)
  const remove = () => rm(dataDir, { recursive: true, force: true })
  const ports = { bank: await freePort(), retirement: await freePort() }
  const demo = await startDemo({
    ...process.env,
    DATA_DIR: dataDir,
    BANK_PORT: String(ports.bank),
    RETIREMENT_PORT: String(ports.retirement),
    ...env,
  }).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  const service = (name: 'bank' | 'retirement', url: string) => ({
    port: ports[name],
    host: new URL(url).host,
    pid: demo.services[name].pid,
  })
  const bank = service('bank', demo.bankUrl)
  const { username, password } = DEMO_USERS.ada
  const signIn = async () => {
    const answer = await sendRequest({
      ...bank,
      path: '/api/login',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    if (answer.status !== 200) throw new Error(`the bank responded ${answer.status} to a login: ${answer.text}`)
    return (JSON.parse(answer.text) as { data: string }).data
  }
  const token = await signIn()
  const secretFile = pathOfSecret(dataDir, 'jwt-secret')
  const freshToken = () => distinctTokens(token, secretFile, 1).join('')
  return {
    bank: { ...bank, token, secretFile, freshToken },
    retirement: { ...service('retirement', demo.retirementUrl), token, secretFile, freshToken },
    demo,
    peerDatabase: () =>
      provision(demo.adminUrl, { database: 'bench_peer', role: 'bench_peer', password: 'of-this-run-only-0123456789' }),
    stop: async () => {
      await demo.stop()
      await remove()
    },
  }
}

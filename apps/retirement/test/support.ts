import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { migrate } from '@signet/database'
import {
  createRetirementDatabase,
  migrationsFolder,
  type RetirementDatabase,
  runtimePrivileges,
} from '@signet/retirement-database'
import { type App, openSharedStore } from '@signet/service'
import { freePort, injectAs, type OwnServer, openOwnServer, openTestDatabase } from '@signet/testing'
import type { LightMyRequestResponse } from 'fastify'
import { buildRetirement } from '../src/app.js'
import { readRetirementConfig } from '../src/config.js'

export const BANK = 'http://bank.signet.localhost:3001'
export const RETIREMENT = 'http://retirement.signet.localhost:3002'
export const SECRET = 'a-secret-for-tests-of-at-least-32-bytes'
const PASSWORD = 'quite-a-long-phrase-of-mine'

/** The root of the repository, from the compiled tests. */
const root = new URL('../../../../', import.meta.url)

/** The bank as a separate process. Retirement and its tests share no code with it. */
export interface RunningBank {
  readonly port: number
  /** Registers a customer and returns their token. */
  register(username: string): Promise<string>
  /** Reads the session's row in the bank's database. */
  endedAt(token: string): Promise<Date | null>
  /** Gives a customer the id of a seeded demo user. */
  rename(username: string, id: string): Promise<void>
  login(username: string): Promise<string>
  stop(): Promise<void>
  start(): Promise<void>
}

export interface TestSystem {
  readonly app: App
  readonly db: RetirementDatabase
  /** Connects as the owner of the tables. */
  readonly owner: RetirementDatabase
  readonly bank: RunningBank
  /** The PostgreSQL of both services, when the test started it. */
  readonly server: OwnServer | undefined
  close(): Promise<void>
}

/**
 * Both services on databases of their own.
 *
 * @param ownServer the test may stop and start PostgreSQL. Default: the databases are on the server of the whole run.
 */
export async function startSystem({ ownServer = false } = {}): Promise<TestSystem> {
  const stops: Array<() => Promise<unknown>> = []
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop()
  }
  try {
    const server = ownServer ? await openOwnServer() : undefined
    if (server) stops.push(() => server.remove())
    const open = async (name: string, migrations: URL, privileges?: readonly string[]) => {
      const template = { name, fill: (url: string) => migrate(url, migrations) }
      const runtime = privileges && { runtimePrivileges: privileges }
      const database = await openTestDatabase({ ...template, ...runtime }, server?.adminUrl)
      stops.push(() => database.remove())
      return database
    }
    const { url: bankDatabaseUrl } = await open('bank_with_one_role', new URL('prisma/bank/migrations/', root))
    const { url: databaseUrl, ownerUrl } = await open('retirement', migrationsFolder, runtimePrivileges)
    const bankPort = await freePort()
    const bank = await startBank(bankDatabaseUrl, bankPort, stops)

    const db = createRetirementDatabase(databaseUrl)
    const owner = createRetirementDatabase(ownerUrl)
    const config = readRetirementConfig({
      DATABASE_URL: databaseUrl,
      SESSION_STORE_URL: bankDatabaseUrl,
      JWT_SECRET: SECRET,
      BANK_INTERNAL_URL: `http://127.0.0.1:${bankPort}`,
      LOG_LEVEL: 'silent',
      REVOCATION_MAX_AGE: '3600',
    })
    const shared = await openSharedStore(config.SESSION_STORE_URL, () => {})
    const app = await buildRetirement(config, db, shared)
    stops.push(
      () => owner.$disconnect(),
      () => db.$disconnect(),
      () => shared.close(),
      () => app.close(),
    )
    await app.ready()
    return { app: injectAs(app, RETIREMENT), db, owner, bank, server, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function startBank(databaseUrl: string, port: number, stops: Array<() => Promise<unknown>>) {
  let running: ChildProcess | undefined
  const start = async () => {
    const entry = new URL('apps/bank/dist/src/server.js', root)
    const env = {
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      SESSION_STORE_URL: databaseUrl,
      JWT_SECRET: SECRET,
      REFRESH_TOKEN_SECRET: `${SECRET}-of-the-bank`,
      LOGIN_RATE_LIMIT: '0',
      LOG_LEVEL: 'silent',
    }
    const child = spawn(process.execPath, [entry.pathname], { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    running = child
    const started = await Promise.race([once(child, 'message').then(() => true), once(child, 'exit').then(() => false)])
    if (!started) throw new Error('the bank did not start')
  }
  const stop = async () => {
    if (!running || running.exitCode !== null) return
    const ended = once(running, 'exit')
    running.kill('SIGTERM')
    await ended
  }
  await start()
  stops.push(stop)
  // Only tests read the bank's tables from here.
  const rows = createRetirementDatabase(databaseUrl)
  stops.push(() => rows.$disconnect())

  const post = async (path: string, body: object): Promise<string> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    const { data, error } = (await answer.json()) as { data?: string; error?: string }
    if (data === undefined) throw new Error(`${path}: ${error}`)
    return data
  }
  const bank: RunningBank = {
    port,
    start,
    stop,
    register: (username) => post('/api/register', { username, name: `Name of ${username}`, password: PASSWORD }),
    login: (username) => post('/api/login', { username, password: PASSWORD }),
    rename: async (username, id) => {
      await rows.$executeRaw`UPDATE users SET id = ${id}::uuid WHERE username = ${username}`
    },
    endedAt: async (token) => {
      const sid = String(claimsOf(token).sid)
      const found = await rows.$queryRaw<Array<{ at: Date | null }>>`
        SELECT ended_at AS at FROM sessions WHERE id = ${sid}::uuid`
      if (!found[0]) throw new Error('the bank has no such session')
      return found[0].at
    },
  }
  return bank
}

export const cookieOf = (token: string): { cookie: string } => ({ cookie: `signet_token=${token}` })

export const cookiesOf = (answer: LightMyRequestResponse): string[] =>
  [answer.headers['set-cookie'] ?? []].flat().map(String)

export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

export const CLEARED = 'signet_token=; Max-Age=0; Domain=signet.localhost; Path=/; HttpOnly; SameSite=Lax'

/** The cookies that a sign-out clears. */
export const ALL_CLEARED = ['signet_token', 'signet_shared_session', 'signet_session'].map((name) =>
  CLEARED.replace('signet_token', name),
)

/** Splits a sign-out's headers: the cookies that it clears, and whether it notifies open and cached pages. */
export function signedOutBy(answer: LightMyRequestResponse): { cleared: string[]; evictsPages: boolean } {
  const eviction = /^signet_signed_out=[\w-]+; Max-Age=60; Domain=signet\.localhost; Path=\/; HttpOnly; SameSite=Lax$/
  const seen = /^signet_seen=[\w-]{12}; Max-Age=86400; Domain=signet\.localhost; Path=\/; SameSite=Lax$/
  const cookies = cookiesOf(answer)
  const cleared = cookies.filter((cookie) => !eviction.test(cookie) && !seen.test(cookie))
  const notifies = [eviction, seen].every((one) => cookies.filter((cookie) => one.test(cookie)).length === 1)
  return { cleared, evictsPages: notifies }
}

import assert from 'node:assert/strict'
import { createHmac, hkdfSync } from 'node:crypto'
import { createPasswords, type Hasher } from '@signet/auth/issuer'
import { type BankDatabase, createBankDatabase, migrationsFolder, runtimePrivileges } from '@signet/bank-database'
import { seedBank } from '@signet/bank-database/seed'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { migrate } from '@signet/database'
import { type App, openSharedStore } from '@signet/service'
import { type DatabaseTemplate, injectAs, openTestDatabase, ownerUrlOf } from '@signet/testing'
import { quickHasher } from '@signet/testing/quick-hasher'
import type { LightMyRequestResponse } from 'fastify'
import { buildBank } from '../src/app.js'
import { readBankConfig } from '../src/config.js'

export const BANK = 'http://bank.signet.localhost:3001'
export const RETIREMENT = 'http://retirement.signet.localhost:3002'
export const SECRET = 'a-secret-for-tests-of-at-least-32-bytes'
export const REFRESH_SECRET = 'r1:a-refresh-secret-for-tests-of-32-bytes'
export const { ada, grace } = DEMO_USERS
export const json = { 'content-type': 'application/json' }
export const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** The bank's tables, empty. */
export const EMPTY_BANK: DatabaseTemplate = {
  name: 'bank',
  fill: (url) => migrate(url, migrationsFolder),
  runtimePrivileges,
}

/** The bank's tables with the demo users. */
export const DEMO_BANK: DatabaseTemplate = {
  name: 'bank_demo',
  fill: async (url) => {
    await migrate(url, migrationsFolder)
    const db = createBankDatabase(url)
    const passwords = await createPasswords({ concurrency: 2, queueLength: 8, hasher: quickHasher() })
    await seedBank(db, { hashPassword: passwords.hash })
    await passwords.close()
    await db.$disconnect()
  },
  runtimePrivileges,
}

/**
 * Builds the bank as server.ts does. Logins are not limited unless the test sets a limit.
 *
 * @param hasher default: the lowest cost, or the product's cost for a test that sets `LOGIN_CONCURRENCY`
 */
export async function buildTestBank(databaseUrl: string, environment: Record<string, string> = {}, hasher?: Hasher) {
  const db = createBankDatabase(databaseUrl)
  const config = readBankConfig({
    DATABASE_URL: databaseUrl,
    JWT_SECRET: `k1:${SECRET}`,
    REFRESH_TOKEN_SECRET: REFRESH_SECRET,
    // The store makes its own tables, which the bank's role may not.
    SESSION_STORE_URL: ownerUrlOf(databaseUrl),
    LOGIN_RATE_LIMIT: '0',
    LOG_LEVEL: 'silent',
    REVOCATION_MAX_AGE: '3600',
    ...environment,
  })
  const shared = await openSharedStore(config.SESSION_STORE_URL, () => {})
  const cost = hasher ?? (environment.LOGIN_CONCURRENCY === undefined ? quickHasher() : undefined)
  const app = await buildBank(config, db, shared, cost)
  app.addHook('onClose', async () => {
    await Promise.all([db.$disconnect(), shared.close()])
  })
  await app.ready()
  return { app: injectAs(app, config.BANK_URL), db }
}

export interface TestBank {
  readonly app: App
  readonly db: BankDatabase
  readonly databaseUrl: string
  close(): Promise<void>
}

/**
 * A bank with the demo users, on a database of its own.
 *
 * @param server the administrator's URL of a server that the test owns; default: the server of the whole run.
 */
export async function startBank(environment: Record<string, string> = {}, server?: string): Promise<TestBank> {
  const database = await openTestDatabase(DEMO_BANK, server)
  try {
    const { app, db } = await buildTestBank(database.url, environment)
    const close = async () => {
      await app.close()
      await database.remove()
    }
    return { app, db, databaseUrl: database.url, close }
  } catch (error) {
    await database.remove()
    throw error
  }
}

let shared: Promise<TestBank> | undefined
const further: App[] = []

/** The bank that the suites of one test file share, or, with an environment, another bank on the same database. */
export async function sharedBank(environment?: Record<string, string>): Promise<TestBank> {
  shared ??= startBank()
  const bank = await shared
  if (!environment) return bank
  const { app, db } = await buildTestBank(bank.databaseUrl, environment)
  further.push(app)
  return { ...bank, app, db }
}

let withoutDemo: Promise<TestBank> | undefined

/** A bank with `DEMO=0` on a database of its own, in which the demo users were before: it ends their sessions. */
export const bankWithoutDemo = (): Promise<TestBank> => (withoutDemo ??= startBank({ DEMO: '0' }))

export async function closeShared(): Promise<void> {
  await (await withoutDemo)?.close()
  await Promise.all(further.map((app) => app.close()))
  await (await shared)?.close()
}

export const login = (app: App, body: object, headers: Record<string, string> = {}): Promise<LightMyRequestResponse> =>
  app.inject({ method: 'POST', url: '/api/login', headers: { ...json, ...headers }, payload: JSON.stringify(body) })

export async function tokenOf(app: App, { username, password }: { username: string; password: string } = ada) {
  const answer = await login(app, { username, password })
  return String(answer.json().data)
}

export const cookieOf = (token: string): { cookie: string } => ({ cookie: `signet_token=${token}` })

/** The cookies of the browser that authenticated when and how the token says. Another host receives the token alone. */
export const jarOf = (token: string): Map<string, string> =>
  new Map([
    ['signet_token', token],
    ['signet_recent', proofOf(claimsOf(token))],
  ])

export const cookiesOfBrowser = (token: string): { cookie: string } => ({
  cookie: [...jarOf(token)].map(([name, value]) => `${name}=${value}`).join('; '),
})

/** The proof of an authentication, as the bank derives it. */
function proofOf({ sid, auth_time: time, amr }: Record<string, unknown>): string {
  const [kid, secret = ''] = REFRESH_SECRET.split(':')
  const methods = (amr as string[]).join('+')
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'signet-recent-authentication', 32))
  const mac = createHmac('sha256', key).update(`signet-recent:${sid}:${time}:${methods}`).digest('base64url')
  return `${kid}:${time}:${methods}:${mac}`
}

/** The Set-Cookie lines of a response. */
export const cookiesOf = (answer: LightMyRequestResponse): string[] =>
  [answer.headers['set-cookie'] ?? []].flat().map(String)

export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

export const headerOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString())

/** Tells open pages that the user has changed. Scripts read it. */
const SEEN = /^signet_seen=[\w-]{12}; Max-Age=86400; Domain=signet\.localhost; Path=\/; SameSite=Lax$/

/** What a sign-in sets: the token for both apps, and the refresh token and the proof for the bank alone. Sessions go. */
const SIGN_IN_COOKIES = (token: string): RegExp[] => [
  new RegExp(`^signet_token=${token}; Max-Age=43200; Domain=signet\\.localhost; Path=/; HttpOnly; SameSite=Lax$`),
  /^signet_refresh=r1:[0-9a-f-]{36}:0:[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/,
  SEEN,
  /^signet_shared_session=; Max-Age=0; Domain=signet\.localhost; Path=\/; HttpOnly; SameSite=Lax$/,
  /^signet_session=; Max-Age=0; Domain=signet\.localhost; Path=\/; HttpOnly; SameSite=Lax$/,
  /^signet_recent=r1:\d{10}:(pwd|hwk\+user|swk\+user|otp):[\w-]{43}; Max-Age=300; Path=\/; HttpOnly; SameSite=Lax$/,
]

export const CLEARED_REFRESH = 'signet_refresh=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax'
export const CLEARED = 'signet_token=; Max-Age=0; Domain=signet.localhost; Path=/; HttpOnly; SameSite=Lax'

/** What a sign-out clears: whatever could remember the person. */
export const ALL_CLEARED: string[] = [
  CLEARED,
  CLEARED_REFRESH,
  CLEARED.replace('signet_token', 'signet_shared_session'),
  CLEARED.replace('signet_token', 'signet_session'),
  CLEARED_REFRESH.replace('signet_refresh', 'signet_recent'),
]

/** The same sign-in's token, well signed, as it would look had it been issued six minutes ago. */
export function expired(token: string): string {
  const claims = claimsOf(token)
  const iat = Number(claims.iat) - 360
  return withClaims(token, { iat, exp: iat + 300, auth_time: iat })
}

/** The same token with other claims, well signed: what anyone who knows the shared secret can make. */
export function withClaims(token: string, changes: object): string {
  const payload = JSON.stringify({ ...claimsOf(token), ...changes })
  const input = `${token.split('.')[0]}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
}

/** The same token with another first character of its signature. */
export function tampered(token: string): string {
  const at = token.lastIndexOf('.') + 1
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

export function assertSignInCookies(answer: LightMyRequestResponse, token: string): void {
  const cookies = cookiesOf(answer)
  const expected = SIGN_IN_COOKIES(token)
  assert.equal(cookies.length, expected.length, cookies.join('\n'))
  for (const [index, pattern] of expected.entries()) assert.match(cookies[index] ?? '', pattern)
}

/** Splits what a sign-out tells the browser: the cookies it clears, and whether it notifies open and cached pages. */
export function signedOutBy(answer: LightMyRequestResponse): { cleared: string[]; evictsPages: boolean } {
  const eviction = /^signet_signed_out=[\w-]+; Max-Age=60; Domain=signet\.localhost; Path=\/; HttpOnly; SameSite=Lax$/
  const seen = SEEN
  const cookies = cookiesOf(answer)
  const cleared = cookies.filter((cookie) => !eviction.test(cookie) && !seen.test(cookie))
  const notifies = [eviction, seen].every((one) => cookies.filter((cookie) => one.test(cookie)).length === 1)
  return { cleared, evictsPages: notifies }
}

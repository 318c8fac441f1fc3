// What the tests of whole processes share: one PostgreSQL, services started as `npm start` starts them, HTTP by hand.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { migrationsFolder as bankMigrations, createBankDatabase } from '@signet/bank-database'
import { migrate, provision, startEmbeddedServer } from '@signet/database'
import { migrationsFolder as retirementMigrations } from '@signet/retirement-database'
import { freePort } from '../free-port.mjs'
import { secretFile } from '../secrets.mjs'
import { startServiceProcess } from '../service-process.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A shared secret as the configuration takes it: `kid:secret`. */
export const newSecret = () => `${randomBytes(4).toString('hex')}:${randomBytes(48).toString('base64url')}`

/** PostgreSQL with both databases, and what is needed to start services on them; `close` ends and removes everything. */
export async function openWorld() {
  const dataDir = await mkdtemp(join(tmpdir(), 'signet-processes-'))
  // As root PostgreSQL runs as a user of its own, who has to get to its data.
  await chmod(dataDir, 0o755)
  const ports = { bank: await freePort(), retirement: await freePort(), postgres: await freePort() }
  const running = new Set()
  let postgres
  let db

  /** When the tests are interrupted, `close` is never called and nothing can be awaited: everything goes at once. */
  const abandon = () => {
    const pidFile = join(dataDir, 'postgres', 'data', 'postmaster.pid')
    const server = existsSync(pidFile) ? Number.parseInt(readFileSync(pidFile, 'utf8'), 10) : undefined
    for (const pid of [...[...running].map((service) => service.pid), server]) if (pid) process.kill(pid, 'SIGKILL')
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', abandon)

  const startPostgres = async () => {
    postgres = await startEmbeddedServer({ folder: join(dataDir, 'postgres'), port: ports.postgres })
  }
  const stopPostgres = () => postgres.stop()
  /** Without a shutdown: its log is replayed at the next start. */
  const killPostgres = async () => {
    const [pid] = (await readFile(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8')).split('\n')
    process.kill(Number(pid), 'SIGKILL')
    await postgres.stop()
  }
  const close = async () => {
    process.off('exit', abandon)
    await Promise.all([...running].map((service) => service.stop()))
    await db?.$disconnect()
    await postgres?.stop()
    await rm(dataDir, { recursive: true, force: true })
  }

  try {
    await startPostgres()
    const { adminUrl } = postgres
    const made = async (name, migrations) => {
      const [, password] = (await readFile(secretFile(dataDir, `${name}-database-password`), 'utf8')).trim().split(':')
      const role = { database: `signet_${name}`, role: `signet_${name}`, password }
      const url = await provision(adminUrl, role)
      if (migrations) await migrate(url, migrations)
      return url
    }
    const urls = {
      bank: await made('bank', bankMigrations),
      retirement: await made('retirement', retirementMigrations),
      store: await made('store'),
    }
    db = createBankDatabase(urls.bank)
    const common = {
      HOST: '127.0.0.1',
      BANK_URL: `http://bank.signet.localhost:${ports.bank}`,
      RETIREMENT_URL: `http://retirement.signet.localhost:${ports.retirement}`,
      BANK_INTERNAL_URL: `http://127.0.0.1:${ports.bank}`,
      RETIREMENT_INTERNAL_URL: `http://127.0.0.1:${ports.retirement}`,
    }
    const shared = { JWT_SECRET: newSecret() }
    const own = {
      bank: {
        DATABASE_URL: urls.bank,
        SESSION_STORE_URL: urls.store,
        REFRESH_TOKEN_SECRET: newSecret(),
        LOGIN_RATE_LIMIT: '0',
      },
      retirement: { DATABASE_URL: urls.retirement, SESSION_STORE_URL: urls.store },
    }

    /**
     * A bank or a retirement as a process of its own, on `port` or a free one. `env` comes on top of what all share;
     * a variable that is undefined there is left out.
     */
    const start = async (name, { port, env = {} } = {}) => {
      const at = port ?? (await freePort())
      const given = { ...common, ...shared, ...own[name], ...env, PORT: String(at) }
      const child = await startServiceProcess({
        name,
        entry: join(root, 'apps', name, 'dist/src/server.js'),
        env: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
        logFolder: join(dataDir, 'logs'),
      })
      const service = {
        name,
        port: at,
        pid: child.pid,
        url: `http://127.0.0.1:${at}`,
        stop: async (signal) => {
          running.delete(service)
          await child.stop(signal)
        },
      }
      running.add(service)
      return service
    }
    return {
      dataDir,
      ports,
      adminUrl,
      urls,
      db,
      common,
      shared,
      own,
      start,
      startPostgres,
      stopPostgres,
      killPostgres,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Everything that the services have written. */
export async function logsOf({ dataDir }) {
  const folder = join(dataDir, 'logs')
  const files = await readdir(folder)
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('')
}

/**
 * One request to one process. `token` and `refresh` go as cookies, `bearer` in the header.
 *
 * @returns status, headers, the JSON body, and the cookies that were set, by name.
 */
export async function call(
  service,
  method,
  path,
  { token, refresh, bearer, body, headers = {}, timeoutMs = 20_000 } = {},
) {
  const cookies = [
    ...(token === undefined ? [] : [`signet_token=${token}`]),
    ...(refresh === undefined ? [] : [`signet_refresh=${refresh}`]),
  ]
  const response = await fetch(service.url + path, {
    method,
    headers: {
      ...(cookies.length > 0 ? { cookie: cookies.join('; ') } : {}),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').startsWith('application/json')
  return {
    status: response.status,
    headers: response.headers,
    body: json ? JSON.parse(text) : text,
    cookies: Object.fromEntries(response.headers.getSetCookie().map(readSetCookie)),
  }
}

function readSetCookie(line) {
  const [pair, ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const maxAge = attributes.find((attribute) => attribute.startsWith('Max-Age='))
  return [pair.slice(0, equals), { value: pair.slice(equals + 1), maxAge: maxAge && Number(maxAge.slice(8)) }]
}

const signInOf = (answer, expectedStatus, credentials) => {
  assert.equal(answer.status, expectedStatus, JSON.stringify(answer.body))
  const { signet_token: token, signet_refresh: refresh } = answer.cookies
  return { ...credentials, token: token.value, refresh: refresh.value, maxAge: token.maxAge }
}

let people = 0

/** A new customer, signed in. */
export async function register(bank) {
  people += 1
  const credentials = { username: `person-${process.pid}-${people}`, password: 'a-long-enough-phrase' }
  const answer = await call(bank, 'POST', '/api/register', { body: { ...credentials, name: `Person ${people}` } })
  return signInOf(answer, 201, credentials)
}

/** Another sign-in of the same customer. */
export async function signIn(bank, { username, password }) {
  const credentials = { username, password }
  return signInOf(await call(bank, 'POST', '/api/login', { body: credentials }), 200, credentials)
}

export const me = (service, token) => call(service, 'GET', '/api/me', { token })
export const renew = (bank, refresh) => call(bank, 'POST', '/api/token/refresh', { refresh })
export const signOut = (service, cookies) => call(service, 'POST', '/api/logout', cookies)

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
export const headerOf = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString())

/** Asserts an answer's status, and its code where it failed; what came instead stands in the message. */
export function assertAnswer(answer, status, code) {
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  if (code !== undefined) assert.equal(answer.body.code, code)
  return answer
}

/** Asks again and again until `check` holds for the answer. Returns it and how long it took; fails after `withinMs`. */
export async function until(ask, check, { withinMs, everyMs = 25, what = 'the answer' }) {
  const since = performance.now()
  for (;;) {
    const answer = await ask()
    const ms = performance.now() - since
    if (check(answer)) return { answer, ms }
    if (ms > withinMs) assert.fail(`${what} did not come within ${withinMs} ms; last: ${JSON.stringify(answer)}`)
    await wait(everyMs)
  }
}

/** Waits until every one of these processes refuses a token; how long each took, in ms. Fails after `withinMs`. */
export function untilRefused(services, token, { withinMs = 2_000, everyMs } = {}) {
  return Promise.all(
    services.map(async (service) => {
      const { answer, ms } = await until(
        () => me(service, token),
        ({ status }) => status !== 200,
        { withinMs, everyMs, what: `the refusal at ${service.name} (${service.port})` },
      )
      assertAnswer(answer, 401, 'token_revoked')
      return ms
    }),
  )
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

export const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`

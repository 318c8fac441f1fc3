// What the tests of whole processes stand on: databases of their own, and services started as `npm start` starts them.
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  migrationsFolder as bankMigrations,
  runtimePrivileges as bankPrivileges,
  createBankDatabase,
} from '@signet/bank-database'
import { setOpeningBalance } from '@signet/bank-database/seed'
import { migrate } from '@signet/database'
import {
  migrationsFolder as retirementMigrations,
  runtimePrivileges as retirementPrivileges,
} from '@signet/retirement-database'
import { freePort, openOwnServer, openTestDatabase } from '@signet/testing'
import { startServiceProcess } from '../../scripts/service-process.mjs'
import { startServiceHere } from './service-here.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A shared secret as the configuration takes it: `kid:secret`. */
export const newSecret = () => `${randomBytes(4).toString('hex')}:${randomBytes(48).toString('base64url')}`

const TEMPLATES = {
  bank: { name: 'bank_with_openings', fill: fillBank, runtimePrivileges: bankPrivileges },
  retirement: {
    name: 'retirement',
    fill: (url) => migrate(url, retirementMigrations),
    runtimePrivileges: retirementPrivileges,
  },
  store: { name: 'empty' },
}

/** New customers begin with money, as in a demo; the demo users are not there. */
async function fillBank(url) {
  await migrate(url, bankMigrations)
  const db = createBankDatabase(url)
  await setOpeningBalance(db, { demo: true })
  await db.$disconnect()
}

/**
 * Opens a database for each service and one for the store, and returns what is needed to start services on them.
 * `close` ends and removes everything.
 *
 * @param ownServer on a PostgreSQL server of its own, which the test may stop, kill and start. It has an `adminUrl`.
 */
export async function openWorld({ ownServer = false } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'signet-processes-'))
  const ports = { bank: await freePort(), retirement: await freePort() }
  const running = new Set()
  const inThisProcess = new Set()
  const endedByThemselves = []
  const databases = []
  let server
  let db

  /** When the tests are interrupted, `close` is never called and nothing can be awaited: everything goes at once. */
  const abandon = () => {
    for (const { pid } of running) process.kill(pid, 'SIGKILL')
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', abandon)

  const close = async () => {
    process.off('exit', abandon)
    await Promise.all([...running, ...inThisProcess].map((service) => service.stop()))
    await db?.$disconnect()
    if (server) await server.remove()
    else await Promise.all(databases.map((database) => database.remove()))
    await rm(dataDir, { recursive: true, force: true })
  }
  const openDatabase = async (name) => {
    const database = await openTestDatabase(TEMPLATES[name], server?.adminUrl)
    databases.push(database)
    return database.url
  }

  try {
    if (ownServer) server = await openOwnServer({ durable: true })
    const [bankUrl, retirementUrl, storeUrl] = await Promise.all(['bank', 'retirement', 'store'].map(openDatabase))
    const urls = { bank: bankUrl, retirement: retirementUrl, store: storeUrl }
    db = createBankDatabase(urls.bank)
    const common = {
      HOST: '127.0.0.1',
      BANK_URL: `http://bank.signet.localhost:${ports.bank}`,
      RETIREMENT_URL: `http://retirement.signet.localhost:${ports.retirement}`,
      BANK_INTERNAL_URL: `http://127.0.0.1:${ports.bank}`,
      RETIREMENT_INTERNAL_URL: `http://127.0.0.1:${ports.retirement}`,
      // A test that is about a stale status list sets its own: no other may depend on how fast the machine is.
      REVOCATION_MAX_AGE: '3600',
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

    const environmentOf = (name, port, env) => {
      const given = { ...common, ...shared, ...own[name], ...env, PORT: String(port) }
      return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    }

    /** The public name that a browser would use. */
    const hostOf = (name, env) => new URL({ ...common, ...env }[`${name.toUpperCase()}_URL`]).host

    /** A bank or a retirement that listens in the process of the test: for tests that need no process, but their own `env`. */
    const startHere = async (name, { port, env = {} } = {}) => {
      const at = port ?? (await freePort())
      const stop = await startServiceHere(name, environmentOf(name, at, { LOG_LEVEL: 'silent', ...env }))
      const service = {
        name,
        port: at,
        url: `http://127.0.0.1:${at}`,
        host: hostOf(name, env),
        stop: () => {
          inThisProcess.delete(service)
          return stop()
        },
      }
      inThisProcess.add(service)
      return service
    }

    /**
     * A bank or a retirement as a process of its own, on `port` or a free one. `env` comes on top of what all share;
     * a variable that is undefined there is left out.
     */
    const start = async (name, { port, env = {} } = {}) => {
      const at = port ?? (await freePort())
      const child = await startServiceProcess({
        name,
        entry: join(root, 'apps', name, 'dist/src/server.js'),
        env: environmentOf(name, at, env),
        logFolder: join(dataDir, 'logs'),
        // Optimized code pays for itself later than most of these processes end.
        v8Flags: ['--interrupt-budget=2000000'],
      })
      const service = {
        name,
        port: at,
        pid: child.pid,
        url: `http://127.0.0.1:${at}`,
        host: hostOf(name, env),
        /** Resolves with how the process ended. */
        stop: async (signal) => {
          running.delete(service)
          await child.stop(signal)
          return child.exited
        },
      }
      running.add(service)
      child.exited.then((how) => {
        if (running.delete(service)) endedByThemselves.push(how)
      })
      return service
    }
    return {
      dataDir,
      ports,
      adminUrl: server?.adminUrl,
      urls,
      db,
      common,
      shared,
      own,
      start,
      startHere,
      openDatabase,
      /** How each service ended that no test stopped. */
      endedByThemselves,
      startPostgres: server?.start,
      stopPostgres: server?.stop,
      killPostgres: server?.kill,
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

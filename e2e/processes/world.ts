// Databases and service processes for tests, started as `npm start` starts them.
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type BankDatabase,
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
import { startServiceProcess } from '@signet/scripts/service-process'
import { type DatabaseTemplate, freePort, type OwnServer, openTestDatabase, type TestDatabase } from '@signet/testing'
import { startServiceHere } from './service-here.js'
import type { Environment, Service, ServiceName, ServiceProcess, StartOptions } from './services.js'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Returns a shared secret in the format of `JWT_SECRET`: `kid:secret`. */
export const newSecret = () => `${randomBytes(4).toString('hex')}:${randomBytes(48).toString('base64url')}`

const TEMPLATES = {
  bank: { name: 'bank_with_openings', fill: fillBank, runtimePrivileges: bankPrivileges },
  retirement: {
    name: 'retirement',
    fill: (url: string) => migrate(url, retirementMigrations),
    runtimePrivileges: retirementPrivileges,
  },
  store: { name: 'empty' },
} satisfies Record<string, DatabaseTemplate>

/** New customers get an opening balance, as in a demo. There are no demo users. */
async function fillBank(url: string): Promise<void> {
  await migrate(url, bankMigrations)
  const db = createBankDatabase(url)
  await setOpeningBalance(db, { demo: true })
  await db.$disconnect()
}

/**
 * Creates a database for each service and one for the store. Returns functions that start services on them. `close` stops
 * the services and removes the data.
 *
 * @param postgres the test's own PostgreSQL server, which `close` removes. Default: the server of the run
 */
export async function openWorld({ postgres }: { readonly postgres?: OwnServer } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'signet-processes-'))
  const ports = { bank: await freePort(), retirement: await freePort() }
  const running = new Set<ServiceProcess>()
  const inThisProcess = new Set<Service>()
  const endedByThemselves: string[] = []
  const databases: TestDatabase[] = []
  let db: BankDatabase | undefined

  /** On interruption, `close` is never called and nothing can be awaited: kills and removes everything at once. */
  const abandon = () => {
    for (const { pid } of running) process.kill(pid, 'SIGKILL')
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  process.once('exit', abandon)

  const close = async () => {
    process.off('exit', abandon)
    await Promise.all([...running, ...inThisProcess].map((service) => service.stop()))
    await db?.$disconnect()
    if (postgres) await postgres.remove()
    else await Promise.all(databases.map((database) => database.remove()))
    await rm(dataDir, { recursive: true, force: true })
  }
  const openDatabase = async (name: keyof typeof TEMPLATES): Promise<string> => {
    const database = await openTestDatabase(TEMPLATES[name], postgres?.adminUrl)
    databases.push(database)
    return database.url
  }

  try {
    const [bankUrl, retirementUrl, storeUrl] = await Promise.all([
      openDatabase('bank'),
      openDatabase('retirement'),
      openDatabase('store'),
    ])
    const urls = { bank: bankUrl, retirement: retirementUrl, store: storeUrl }
    db = createBankDatabase(urls.bank)
    const common = {
      HOST: '127.0.0.1',
      BANK_URL: `http://bank.signet.localhost:${ports.bank}`,
      RETIREMENT_URL: `http://retirement.signet.localhost:${ports.retirement}`,
      BANK_INTERNAL_URL: `http://127.0.0.1:${ports.bank}`,
      RETIREMENT_INTERNAL_URL: `http://127.0.0.1:${ports.retirement}`,
      // Tests of stale status lists set their own. Others must not depend on the machine's speed.
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

    const environmentOf = (name: ServiceName, port: number, env: Environment): Record<string, string> => {
      const given = { ...common, ...shared, ...own[name], ...env, PORT: String(port) }
      return Object.fromEntries(
        Object.entries(given).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
      )
    }

    /** Returns the public host that a browser sends. */
    const hostOf = (name: ServiceName, env: Environment): string => {
      const { BANK_URL, RETIREMENT_URL } = { ...common, ...env }
      return new URL(name === 'bank' ? BANK_URL : RETIREMENT_URL).host
    }

    /** Starts a service inside the test's process, for tests that need their own `env` but no process. */
    const startHere = async (name: ServiceName, { port, env = {} }: StartOptions = {}): Promise<Service> => {
      const at = port ?? (await freePort())
      const stop = await startServiceHere(name, environmentOf(name, at, { LOG_LEVEL: 'silent', ...env }))
      const service: Service = {
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
     * Starts a service as a process, on `port` or a free one. `env` overrides the shared environment. An undefined value
     * removes the variable.
     */
    const start = async (name: ServiceName, { port, env = {} }: StartOptions = {}): Promise<ServiceProcess> => {
      const at = port ?? (await freePort())
      const child = await startServiceProcess({
        name,
        entry: join(root, 'apps', name, 'dist/src/server.js'),
        env: environmentOf(name, at, env),
        logFolder: join(dataDir, 'logs'),
        // Most of these processes end before optimizing compilation pays off.
        v8Flags: ['--interrupt-budget=2000000'],
      })
      const service: ServiceProcess = {
        name,
        port: at,
        pid: child.pid,
        url: `http://127.0.0.1:${at}`,
        host: hostOf(name, env),
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
      urls,
      db,
      common,
      shared,
      own,
      start,
      startHere,
      openDatabase,
      /** Descriptions of services that ended without a stop from a test. */
      endedByThemselves,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** Returns the logs of all services. */
export async function logsOf({ dataDir }: { readonly dataDir: string }): Promise<string> {
  const folder = join(dataDir, 'logs')
  const files = await readdir(folder)
  return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('')
}

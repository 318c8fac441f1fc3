// What the tests of whole processes stand on: one PostgreSQL, and services started as `npm start` starts them.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

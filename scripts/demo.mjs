import { mkdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepareDatabases } from './databases.mjs'
import { step } from './progress.mjs'
import { secretFile } from './secrets.mjs'
import { startServiceProcess } from './service-process.mjs'

/** Error that explains in a sentence why the demo cannot start. */
class DemoError extends Error {}

const root = fileURLToPath(new URL('..', import.meta.url))
const SERVICES = ['bank', 'retirement']

/** Reads BANK_PORT, RETIREMENT_PORT and DATA_DIR. */
export function demoSettings(env) {
  const port = (name, fallback) => {
    const text = env[name] ?? String(fallback)
    const value = /^\d{1,5}$/.test(text) ? Number(text) : 0
    if (value < 1 || value > 65_535) throw new DemoError(`${name} must be a whole number from 1 to 65535`)
    return value
  }
  const ports = { bank: port('BANK_PORT', 3001), retirement: port('RETIREMENT_PORT', 3002) }
  if (ports.bank === ports.retirement) throw new DemoError('RETIREMENT_PORT must differ from BANK_PORT')
  if (env.DATA_DIR === '') throw new DemoError('DATA_DIR must be a folder')
  return { ports, dataDir: resolve(root, env.DATA_DIR ?? '.data') }
}

/** Variables that libraries read and the services do not: a shell may export them for other programs. */
const FOREIGN_VARIABLES =
  /^(PG[A-Z_]+|NODE_ENV|NODE_DEBUG|NODE_DEBUG_NATIVE|NODE_PG_FORCE_NATIVE|NODE_USE_ENV_PROXY|DEBUG|REDIS_(DEBUG|EMIT)_.*|PRISMA_.*)$/

/** Returns the environment of both services without their databases. */
function commonEnvironment(env, { ports, dataDir }) {
  const common = {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !FOREIGN_VARIABLES.test(name))),
    HOST: env.HOST ?? '127.0.0.1',
    BANK_URL: env.BANK_URL ?? `http://bank.signet.localhost:${ports.bank}`,
    RETIREMENT_URL: env.RETIREMENT_URL ?? `http://retirement.signet.localhost:${ports.retirement}`,
    BANK_INTERNAL_URL: env.BANK_INTERNAL_URL ?? `http://127.0.0.1:${ports.bank}`,
    RETIREMENT_INTERNAL_URL: env.RETIREMENT_INTERNAL_URL ?? `http://127.0.0.1:${ports.retirement}`,
  }
  const keyPairs = env.JWT_PRIVATE_KEYS_FILE !== undefined
  if (keyPairs) common.JWT_JWKS_URL ??= `http://127.0.0.1:${ports.bank}/.well-known/jwks.json`
  else if (env.JWT_SECRET === undefined && env.JWT_SECRET_FILE === undefined) {
    common.JWT_SECRET_FILE = secretFile(dataDir, 'jwt-secret')
  }
  return common
}

/** Variables that retirement never receives: they could sign tokens or derive refresh tokens. */
const BANK_ONLY = {
  JWT_PRIVATE_KEYS_FILE: undefined,
  REFRESH_TOKEN_SECRET: undefined,
  REFRESH_TOKEN_SECRET_FILE: undefined,
}

function bankSecrets(env, dataDir) {
  const given = env.REFRESH_TOKEN_SECRET !== undefined || env.REFRESH_TOKEN_SECRET_FILE !== undefined
  return given ? {} : { REFRESH_TOKEN_SECRET_FILE: secretFile(dataDir, 'refresh-token-secret') }
}

/** Reports every bad variable of both services at once, before anything starts. */
async function checkConfiguration(environmentOf) {
  const { readBankConfig } = await import('@signet/bank/config')
  const { readRetirementConfig } = await import('@signet/retirement/config')
  const lines = new Set()
  for (const [read, env] of [
    [readBankConfig, environmentOf('bank', 'postgresql://role@checked/later', 'postgresql://role@checked/later')],
    [
      readRetirementConfig,
      environmentOf('retirement', 'postgresql://role@checked/later', 'postgresql://role@checked/later'),
    ],
  ]) {
    try {
      read(env)
    } catch (error) {
      for (const line of error.lines ?? [error.message]) lines.add(line)
    }
  }
  if (lines.size > 0) throw new DemoError([...lines].join('\n'))
}

async function requireFreePort(name, host, port) {
  const server = createServer()
  const problem = await new Promise((done) => {
    server.once('error', (error) => done(error.code)).listen({ host, port, exclusive: true }, () => done(undefined))
  })
  await new Promise((closed) => server.close(closed))
  if (problem === 'EADDRINUSE') {
    throw new DemoError(`${name} ${port} is in use by another program. Stop it, or set ${name} to another port.`)
  }
  if (problem === 'EADDRNOTAVAIL') throw new DemoError(`HOST ${host} is not an address of this machine`)
  if (problem) throw new DemoError(`${name} ${port} on ${host} cannot be opened (${problem})`)
}

/**
 * Starts PostgreSQL (embedded, or the server of DATABASE_URL, whose role must be able to create databases), prepares both
 * databases and starts both services as processes.
 *
 * @returns `stop()` stops everything that was started; `ended` resolves with a sentence when a service exits unexpectedly
 */
export async function startDemo(env) {
  const { startEmbeddedServer } = await import('@signet/database')
  const { readDemo } = await import('@signet/service')
  const settings = demoSettings(env)
  const { ports, dataDir } = settings
  await mkdir(dataDir, { recursive: true })
  const common = commonEnvironment(env, settings)
  const environmentOf = (name, databaseUrl, storeUrl) => ({
    ...common,
    PORT: String(ports[name]),
    DATABASE_URL: databaseUrl,
    SESSION_STORE_URL: env.SESSION_STORE_URL ?? storeUrl,
    ...(name === 'bank' ? bankSecrets(env, dataDir) : BANK_ONLY),
  })
  await checkConfiguration(environmentOf)
  const isDemo = readDemo(common) !== false
  await requireFreePort('BANK_PORT', common.HOST, ports.bank)
  await requireFreePort('RETIREMENT_PORT', common.HOST, ports.retirement)

  const stops = []
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end()
  }
  try {
    let adminUrl = env.DATABASE_URL
    if (adminUrl === undefined) {
      const server = await step('Starting PostgreSQL', () => startEmbeddedServer({ folder: join(dataDir, 'postgres') }))
      stops.push(() => server.stop())
      adminUrl = server.adminUrl
    }
    const { urls, ownerUrls } = await step('Preparing both databases', () =>
      prepareDatabases(adminUrl, dataDir, { demo: isDemo, store: env.SESSION_STORE_URL === undefined }),
    ).catch((error) => {
      throw env.DATABASE_URL !== undefined
        ? new DemoError(`DATABASE_URL must name a PostgreSQL server whose role may create databases: ${error.message}`)
        : error
    })
    const services = await step('Starting bank and retirement', async () => {
      const starting = SERVICES.map(async (name) => {
        const service = await startServiceProcess({
          name,
          entry: join(root, 'apps', name, 'dist/src/server.js'),
          env: environmentOf(name, urls[name], urls.store),
          logFolder: join(dataDir, 'logs'),
        })
        stops.push(() => service.stop())
        return [name, service]
      })
      const results = await Promise.allSettled(starting)
      for (const result of results) if (result.status === 'rejected') throw new DemoError(result.reason.message)
      return Object.fromEntries(results.map((result) => result.value))
    })
    const ended = Promise.race(SERVICES.map((name) => services[name].exited))
    return {
      bankUrl: common.BANK_URL,
      retirementUrl: common.RETIREMENT_URL,
      isDemo,
      ports,
      dataDir,
      services,
      databases: urls,
      ownerUrls,
      adminUrl,
      ended,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

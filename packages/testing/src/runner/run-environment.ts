import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openOwnServer, prepareOwnServers } from '../own-server.js'

export interface RunEnvironment {
  /** The environment of every test of the run. */
  readonly env: NodeJS.ProcessEnv
  close(): Promise<void>
}

/**
 * Variables that the product, PostgreSQL's clients or Node.js read, and that a shell may export. Each test sets the ones it
 * needs.
 */
const NOT_FOR_TESTS =
  /^(PG.*|NODE_ENV|NODE_OPTIONS|HOST|PORT|DEMO|TRUST_PROXY|LOG_LEVEL|DATA_DIR|DATABASE_URL|JWT_.*|COOKIE_.*|LOGIN_.*|(BANK|RETIREMENT)_.*|(ACCESS|REFRESH|SESSION|REVOCATION|STEP_UP)_.*|TEST_.*)$/

/** Opens the shared resources of a run: a PostgreSQL server, and a folder for port reservations. */
export async function openRunEnvironment(): Promise<RunEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), 'signet-tests-'))
  await chmod(folder, 0o755)
  await prepareOwnServers(folder)
  const server = await openOwnServer({ run: folder })
  const inherited = Object.entries(process.env).filter(([name]) => !NOT_FOR_TESTS.test(name))
  return {
    env: { ...Object.fromEntries(inherited), TEST_SERVER_URL: server.adminUrl, TEST_RUN_FOLDER: folder },
    close: async () => {
      await server.remove()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

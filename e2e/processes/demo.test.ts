// Tests `npm start` after the build.
import assert from 'node:assert/strict'
import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { freePort } from '@signet/testing'
import { type Credentials, call, tokensIn } from './requests.js'
import type { Environment, ServiceName, Target } from './services.js'
import { root } from './world.js'

let dataDir = ''
let env: DemoEnvironment
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'signet-demo-'))
  // As root, PostgreSQL runs as another user, which must be able to reach its data.
  await chmod(dataDir, 0o755)
  env = { DATA_DIR: dataDir, BANK_PORT: String(await freePort()), RETIREMENT_PORT: String(await freePort()) }
})
after(async () => {
  // A link, when the user that PostgreSQL runs as cannot enter the temporary folder.
  const database = await realpath(join(dataDir, 'postgres'))
  for (const path of [database, dataDir]) await rm(path, { recursive: true, force: true })
})

interface DemoEnvironment extends Environment {
  readonly DATA_DIR: string
  readonly BANK_PORT: string
  readonly RETIREMENT_PORT: string
}

interface Started {
  readonly ports: Readonly<Record<ServiceName, number>>
  /** Of both services. */
  readonly pids: readonly number[]
}

interface Refused {
  readonly refusal: string
  /** The class of the error. */
  readonly kind: string
}

/** Starts the demo in its own process, which must exit by itself after `stop`. */
async function startDemo(environment: Environment) {
  const entry = join(root, 'e2e/dist/processes/demo-process.js')
  const child = spawn(process.execPath, [entry], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
  })
  const ended = once(child, 'close').then(([code]) => code)
  const message = await Promise.race([once(child, 'message').then(([told]): Started | Refused => told), ended])
  assert.ok(typeof message === 'object' && 'pids' in message, `${JSON.stringify(message)} ${said}`)
  const at = (name: ServiceName, port: number): Target => ({
    url: `http://127.0.0.1:${port}`,
    host: `${name}.signet.localhost:${port}`,
  })
  return {
    ...message,
    bank: at('bank', message.ports.bank),
    retirement: at('retirement', message.ports.retirement),
    stop: async () => {
      if (child.connected) child.send('stop')
      assert.equal(await ended, 0, said)
    },
  }
}

/** One process for all refused environments: none of them starts anything. */
const refuser = fork(join(root, 'e2e/dist/processes/refusals-process.js'), {
  env: { PATH: process.env.PATH },
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
})
after(() => refuser.disconnect())

/** Returns why the demo refuses to start in this environment. */
async function refusalOf(environment: Environment): Promise<Refused> {
  const response = once(refuser, 'message')
  refuser.send({ ...environment })
  return (await response)[0]
}

/** Returns the pids of both services, PostgreSQL and its children. */
async function processesOf(demo: Started): Promise<number[]> {
  const [postmaster = ''] = (await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')
  const pids = [...demo.pids, Number(postmaster)]
  if (process.platform !== 'linux') return pids
  const all = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const parents = await Promise.all(
    all.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
      return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
    }),
  )
  return [...pids, ...all.filter((_, index) => pids.includes(parents[index] ?? 0)).map(Number)]
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const opens = (port: number | string) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .listen({ host: '127.0.0.1', port: Number(port), exclusive: true }, () => probe.close(() => resolve(true)))
  })

/** Variables that a shell may export for other programs. */
const FOREIGN = {
  NODE_ENV: 'production',
  PGSSLMODE: 'require',
  PGOPTIONS: '-c search_path=nowhere',
  PGHOST: 'elsewhere.invalid',
  PGPORT: '1',
  PGUSER: 'somebody',
  PGPASSWORD: 'something',
  PGDATABASE: 'another',
  PGREPLICATION: 'database',
  PGAPPNAME: 'another',
  PGPASSFILE: '/elsewhere',
  DEBUG: '*',
  NODE_DEBUG: 'http,net',
  NODE_USE_ENV_PROXY: '1',
  HTTP_PROXY: 'http://proxy.invalid:1',
  PORT: '1',
  NO_COLOR: '1',
  CI: '1',
  PRISMA_CLIENT_ENGINE_TYPE: 'library',
}

const signInBody = ({ username, password }: Credentials, more = {}) => ({ body: { username, password, ...more } })
const NEWCOMER = { username: 'stays', name: 'Stays', password: 'quite-a-long-phrase-of-mine' }

async function assertDemoUsersAreThere({ bank, retirement }: Record<ServiceName, Target>): Promise<void> {
  for (const { name, ...person } of Object.values(DEMO_USERS)) {
    const signedIn = await call(bank, 'POST', '/api/login', signInBody(person))
    assert.equal(signedIn.status, 200)
    const token = tokensIn(signedIn).token.value
    for (const [service, path] of [
      [bank, '/'],
      [bank, '/api/accounts'],
      [retirement, '/'],
      [retirement, '/api/plan'],
    ] as const) {
      const response = await call(service, 'GET', path, { token })
      assert.equal(response.status, 200, `${person.username} ${service.url}${path}`)
      if (path === '/') assert.ok(response.text.includes(name))
    }
    const shared = await call(bank, 'POST', '/api/login', signInBody(person, { strategy: 'shared-session' }))
    assert.equal(shared.status, 200, 'the store works')
  }
}

async function assertSecretsArePrivate() {
  if (process.platform === 'win32') return
  for (const file of await readdir(join(dataDir, 'secrets'))) {
    assert.equal((await stat(join(dataDir, 'secrets', file))).mode & 0o077, 0, `${file} is readable only by its owner`)
  }
}

test('starts both services with their databases and demo users, whatever variables the shell exports', async (t) => {
  const first = await startDemo({ ...env, ...FOREIGN })
  t.after(() => first.stop())
  await assertDemoUsersAreThere(first)
  await assertSecretsArePrivate()
  const registered = await call(first.bank, 'POST', '/api/register', { body: NEWCOMER })
  assert.equal(registered.status, 201)

  await t.test('stop() ends every process', async () => {
    const pids = await processesOf(first)
    assert.ok(pids.length > 4 && pids.every(isAlive), pids.join(' '))
    await first.stop()
    assert.deepEqual(pids.filter(isAlive), [])
    assert.deepEqual([await opens(first.ports.bank), await opens(first.ports.retirement)], [true, true])
  })

  await t.test('a restart keeps customers and accepts tokens from before', async () => {
    const second = await startDemo(env)
    t.after(() => second.stop())
    const token = tokensIn(registered).token.value
    assert.equal((await call(second.retirement, 'GET', '/api/plan', { token })).status, 200)
    await second.stop()
  })
})

for (const name of ['BANK_PORT', 'RETIREMENT_PORT'] as const) {
  test(`a ${name} in use is reported in one sentence, and nothing starts`, async (t) => {
    const other = createServer().listen(Number(env[name]), '127.0.0.1')
    await once(other, 'listening')
    t.after(() => other.close())
    const { refusal, kind } = await refusalOf(env)
    assert.match(refusal, new RegExp(`^${name} ${env[name]} is in use by another program\\. [^\\n]+$`))
    assert.equal(kind, 'DemoError')
    await assert.rejects(readFile(join(dataDir, 'postgres/data/postmaster.pid')), { code: 'ENOENT' })
  })
}

const bad: readonly [string, Environment, RegExp][] = [
  ['an invalid port', { BANK_PORT: '70000' }, /^BANK_PORT must be a whole number/],
  ['one port for both', { BANK_PORT: '4001', RETIREMENT_PORT: '4001' }, /^RETIREMENT_PORT must differ from BANK_PORT$/],
  ['an empty port', { RETIREMENT_PORT: '' }, /^RETIREMENT_PORT must be a whole number/],
  ['an empty folder', { DATA_DIR: '' }, /^DATA_DIR must be a folder$/],
  ['an empty DATABASE_URL', { DATABASE_URL: '' }, /^DATABASE_URL must name [^\n]+$/],
  ['an empty HOST', { HOST: '' }, /^HOST [^\n]+$/],
  ['the name of the machine as HOST', { HOST: 'my-laptop' }, /^HOST must be an IP address [^\n]+$/],
  ['an address of another machine', { HOST: '192.0.2.1' }, /^HOST 192\.0\.2\.1 is not an address of this machine$/],
  ['an empty BANK_URL', { BANK_URL: '' }, /^BANK_URL [^\n]+$/],
  ['an empty RETIREMENT_URL', { RETIREMENT_URL: '' }, /^RETIREMENT_URL [^\n]+$/],
  ['an empty SESSION_STORE_URL', { SESSION_STORE_URL: '' }, /^SESSION_STORE_URL [^\n]+$/],
  [
    'several bad variables',
    { LOG_LEVEL: 'loud', ACCESS_TOKEN_TTL: '5m' },
    /^(ACCESS_TOKEN_TTL|LOG_LEVEL) .+\n(ACCESS_TOKEN_TTL|LOG_LEVEL) .+$/,
  ],
  [
    'a database that does not respond',
    { DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/postgres' },
    /^DATABASE_URL must name [^\n]+$/,
  ],
]
for (const [why, change, message] of bad) {
  test(`reports ${why} in a line for each variable, and starts nothing`, async () => {
    const { refusal, kind } = await refusalOf({ ...env, ...change })
    assert.match(refusal, message)
    assert.doesNotMatch(refusal, /hunter2/)
    assert.equal(kind, 'DemoError')
    assert.deepEqual([await opens(env.BANK_PORT), await opens(env.RETIREMENT_PORT)], [true, true])
  })
}

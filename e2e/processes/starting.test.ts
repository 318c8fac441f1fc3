// A service starts, or reports in one line why not. It stops without cutting off a response.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readBankConfig } from '@signet/bank/config'
import { readRetirementConfig } from '@signet/retirement/config'
import { createRetirementDatabase } from '@signet/retirement-database'
import { ConfigError, requireReachable, StartError } from '@signet/service'
import { freePort, until } from '@signet/testing'
import { type Credentials, call, register } from './requests.js'
import type { Environment, Service, ServiceName } from './services.js'
import { logsOf, openWorld, root } from './world.js'

const world = await openWorld()
after(() => world.close())

const entryOf = (name: ServiceName) => join(root, 'apps', name, 'dist/src/server.js')
const goodEnvironment = async (name: ServiceName) => ({
  ...world.common,
  ...world.shared,
  ...world.own[name],
  PORT: String(await freePort()),
})

const portOf = (server: Server) => (server.address() as AddressInfo).port

/** Only a hang takes this long. */
const HANG_LIMIT_MS = 120_000

/** Runs a service that must not start. Returns its exit code, signal and output. */
async function runToItsEnd(name: ServiceName, env: Environment) {
  const child = spawn(process.execPath, [entryOf(name)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const killed = setTimeout(() => child.kill('SIGKILL'), HANG_LIMIT_MS)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
    })
  }
  const [code, signal]: (number | string | null)[] = await once(child, 'close')
  clearTimeout(killed)
  return { code, signal, said, lines: said.trimEnd().split('\n') }
}

/** Asserts one line for each variable and nothing else: no stack, no value. */
function assertRefused(
  { code, signal, said, lines }: Awaited<ReturnType<typeof runToItsEnd>>,
  name: ServiceName,
  variables: readonly string[],
): void {
  assert.deepEqual([code, signal], [1, null], said)
  assert.deepEqual(
    lines.map((line) => new RegExp(`^${name} cannot start: ([A-Z_]+) `).exec(line)?.[1]),
    variables,
    said,
  )
  assert.doesNotMatch(said, /hunter2|node_modules|\n\s+at /)
}

test('a service reports every bad variable at once, in a line each, and exits', async () => {
  const bad = { PORT: 'hunter2', ACCESS_TOKEN_TTL: '5m', COOKIE_DOMAIN: 'localhost', LOG_LEVEL: 'hunter2' }
  const end = await runToItsEnd('bank', { ...(await goodEnvironment('bank')), ...bad })
  end.lines.sort()
  assertRefused(end, 'bank', Object.keys(bad).sort())
})

test('an empty environment reports every missing variable', () => {
  for (const [readConfig, missing] of [
    [readBankConfig, ['DATABASE_URL', 'JWT_SECRET', 'REFRESH_TOKEN_SECRET', 'SESSION_STORE_URL']],
    [readRetirementConfig, ['DATABASE_URL', 'JWT_SECRET', 'SESSION_STORE_URL']],
  ] as const) {
    assert.throws(
      () => readConfig({}),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.deepEqual(error.lines.map((line) => line.split(' ')[0]).sort(), missing)
        return true
      },
    )
  }
})

/** Runs the database check of retirement's server.ts without its process. Returns the error sentence. */
async function refusalOfDatabase(url: string): Promise<string | undefined> {
  const db = createRetirementDatabase(url)
  try {
    await requireReachable('DATABASE_URL', 'a database', () => db.$queryRaw`SELECT 1 FROM plans LIMIT 1`)
  } catch (error) {
    assert.ok(error instanceof StartError, String(error))
    return error.message
  } finally {
    await db.$disconnect()
  }
  return undefined
}

test('an unusable database is refused in one line without the password', async (t) => {
  // Accepts connections and never responds, like a firewall or a hung server.
  const held = new Set<Socket>()
  const silent = createServer((socket) => held.add(socket)).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.after(() => {
    for (const socket of held) socket.destroy()
    silent.close()
  })
  const right = new URL(world.urls.retirement)
  const wrongPassword = new URL(right)
  wrongPassword.password = 'hunter2'
  const wrongName = new URL(right)
  wrongName.pathname = '/nothing-of-this-name'
  const rows = {
    'no server listens': `postgresql://role:hunter2@127.0.0.1:${await freePort()}/bank`,
    'the server never responds': `postgresql://role:hunter2@127.0.0.1:${portOf(silent)}/bank`,
    'the password is wrong': wrongPassword.href,
    'there is no such database': wrongName.href,
    'there is no such host': 'postgresql://role:hunter2@no-such-host.invalid:5432/bank',
    'it was never migrated': world.urls.store,
  }
  assert.equal(await refusalOfDatabase(right.href), undefined)
  // Concurrent, because one of them waits for a timeout.
  const refusals = Object.entries(rows).map(async ([why, url]) => {
    const refusal = await refusalOfDatabase(url)
    assert.match(refusal ?? '', /^DATABASE_URL must name a database: [^\n]+$/, why)
    for (const secret of ['hunter2', right.password]) assert.ok(!refusal?.includes(secret), why)
  })
  await Promise.all(refusals)
})

for (const [name, database, why] of [
  ['bank', 'store', 'was never migrated'],
  ['retirement', 'bank', "is the other service's"],
] as const) {
  test(`${name} does not start on a database that ${why}`, async () => {
    const DATABASE_URL = world.urls[database]
    const end = await runToItsEnd(name, { ...(await goodEnvironment(name)), DATABASE_URL })
    assertRefused(end, name, ['DATABASE_URL'])
    assert.ok(!end.said.includes(new URL(DATABASE_URL).password))
  })
}

test('a port in use ends the start with one line', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const PORT = String(portOf(other))
  const end = await runToItsEnd('retirement', { ...(await goodEnvironment('retirement')), PORT })
  assertRefused(end, 'retirement', ['PORT'])
})

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/** Sends the start of a login over a raw socket. Returns a function that sends the rest and returns the response. */
async function beginSignIn(service: Service, { username, password }: Credentials): Promise<() => Promise<string>> {
  const body = JSON.stringify({ username, password })
  const socket = connect(service.port, '127.0.0.1')
  await once(socket, 'connect')
  let response = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    response += chunk
  })
  const head = `POST /api/login HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`
  socket.write(head)
  // The bank has read the headers and waits for the body.
  await until(
    () => response,
    (text) => text === CONTINUE,
    { what: '100 Continue' },
  )
  socket.write(body.slice(0, 10))
  return async () => {
    const ended = once(socket, 'close')
    socket.write(body.slice(10))
    await ended
    return response.slice(CONTINUE.length)
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} during a login: the bank completes it, accepts no new connection, and exits with 0`, async () => {
    const bank = await world.start('bank', { env: { LOGIN_CONCURRENCY: '1', LOG_LEVEL: 'info' } })
    const person = await register(bank)
    const finish = await beginSignIn(bank, person)
    const ended = bank.stop(signal)
    await until(
      () =>
        call(bank, 'GET', '/healthz').then(
          () => 'answered',
          () => 'refused',
        ),
      (response) => response === 'refused',
      { what: 'refused connections' },
    )
    const response = await finish()
    assert.match(response, /^HTTP\/1\.1 200 /)
    assert.match(response, /\r\nset-cookie: signet_token=[\w-]+\.[\w-]+\.[\w-]+;/i)
    assert.equal(await ended, 'bank ended (0)')
    const written = (await logsOf(world)).split('\n').filter((line) => line.includes(`"pid":${bank.pid},`))
    assert.ok(written.some((line) => line.includes('"msg":"closing"')))
    assert.ok(!written.some((line) => JSON.parse(line).level >= 50), written.join('\n'))
  })
}

test('SIGTERM ends a service with exit code 0', async () => {
  const child = spawn(process.execPath, [entryOf('retirement')], {
    env: await goodEnvironment('retirement'),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const ended = once(child, 'close')
  const started = await Promise.race([once(child, 'message').then(() => true), ended.then(() => false)])
  assert.ok(started)
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null])
})

for (const name of ['bank', 'retirement'] as const) {
  test(`with DEMO=0 the ${name} loads no module of the demo`, async () => {
    const loadedBy = async (DEMO: string) => {
      const file = join(world.dataDir, `modules-of-${name}-${DEMO}`)
      const recorder = new URL('./loaded-modules.js', import.meta.url).href
      const env = { DEMO, NODE_OPTIONS: `--import=${recorder}`, LOADED_MODULES: file }
      const service = await world.start(name, { env })
      await service.stop()
      return (await readFile(file, 'utf8')).split('\n')
    }
    const ofDemo = (url: string) => {
      const path = url.slice(url.indexOf(root) + root.length)
      return !path.startsWith('node_modules/') && /\/(demo\/|demo-users|seed)/.test(path)
    }
    const [product, demo] = await Promise.all([loadedBy('0'), loadedBy('1')])
    assert.ok(product.some((url) => url.endsWith(`/apps/${name}/dist/src/app.js`)))
    assert.ok(demo.filter(ofDemo).length > 10, 'with DEMO=1 it does')
    assert.deepEqual(product.filter(ofDemo), [])
  })
}

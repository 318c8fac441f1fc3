// A service starts with what it needs, or says in one line why not; and it ends without breaking off an answer.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { freePort, until } from '@signet/testing'
import { call, register } from './requests.mjs'
import { logsOf, openWorld, root } from './world.mjs'

const world = await openWorld()
after(() => world.close())

const entryOf = (name) => join(root, 'apps', name, 'dist/src/server.js')
const goodEnvironment = async (name) => ({
  ...world.common,
  ...world.shared,
  ...world.own[name],
  PORT: String(await freePort()),
})

/** Only a hang takes this long, on any machine. */
const HANG_LIMIT_MS = 120_000

/** Runs a service that is not expected to start: how it ended, and what it said. */
async function runToItsEnd(name, env) {
  const child = spawn(process.execPath, [entryOf(name)], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const killed = setTimeout(() => child.kill('SIGKILL'), HANG_LIMIT_MS)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      said += chunk
    })
  }
  const [code, signal] = await once(child, 'close')
  clearTimeout(killed)
  return { code, signal, said, lines: said.trimEnd().split('\n') }
}

/** One line for each variable and nothing else: no stack, no value. */
function assertRefused({ code, signal, said, lines }, name, variables) {
  assert.deepEqual([code, signal], [1, null], said)
  assert.deepEqual(
    lines.map((line) => new RegExp(`^${name} cannot start: ([A-Z_]+) `).exec(line)?.[1]),
    variables,
    said,
  )
  assert.doesNotMatch(said, /hunter2|node_modules|\n\s+at /)
}

test('a bad environment ends each service with a line for each variable, all at once', async () => {
  for (const name of ['bank', 'retirement']) {
    const bad = { PORT: 'hunter2', ACCESS_TOKEN_TTL: '5m', COOKIE_DOMAIN: 'localhost', LOG_LEVEL: 'hunter2' }
    const end = await runToItsEnd(name, { ...(await goodEnvironment(name)), ...bad })
    end.lines.sort()
    assertRefused(end, name, Object.keys(bad).sort())
  }
})

test('an empty environment names what is missing', async () => {
  const bank = await runToItsEnd('bank', {})
  bank.lines.sort()
  assertRefused(bank, 'bank', ['DATABASE_URL', 'JWT_SECRET', 'REFRESH_TOKEN_SECRET', 'SESSION_STORE_URL'])
  const retirement = await runToItsEnd('retirement', {})
  retirement.lines.sort()
  assertRefused(retirement, 'retirement', ['DATABASE_URL', 'JWT_SECRET', 'SESSION_STORE_URL'])
})

test('a database that cannot be used ends the start in one line, without the password', async (t) => {
  // Takes connections and never says a word, as a firewall or a server that hangs would.
  const held = new Set()
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
    'nothing listens there': `postgresql://role:hunter2@127.0.0.1:${await freePort()}/bank`,
    'nothing is answered': `postgresql://role:hunter2@127.0.0.1:${silent.address().port}/bank`,
    'the password is wrong': wrongPassword.href,
    'there is no such database': wrongName.href,
    'there is no such host': 'postgresql://role:hunter2@no-such-host.invalid:5432/bank',
    'it was never migrated': world.urls.store,
    "it is the other service's": world.urls.bank,
  }
  // All at once: most of the time goes by waiting for what never answers.
  const starts = Object.entries(rows).map(async ([why, DATABASE_URL]) => {
    const end = await runToItsEnd('retirement', { ...(await goodEnvironment('retirement')), DATABASE_URL })
    assertRefused(end, 'retirement', ['DATABASE_URL'])
    assert.ok(!end.said.includes(right.password), why)
  })
  await Promise.all(starts)
})

test('the bank does not start on a database that was never migrated', async () => {
  const end = await runToItsEnd('bank', { ...(await goodEnvironment('bank')), DATABASE_URL: world.urls.store })
  assertRefused(end, 'bank', ['DATABASE_URL'])
})

test('a port that is taken ends the start in one line', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.after(() => other.close())
  const PORT = String(other.address().port)
  const end = await runToItsEnd('retirement', { ...(await goodEnvironment('retirement')), PORT })
  assertRefused(end, 'retirement', ['PORT'])
})

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/** The beginning of a sign-in by hand, so that it can be under way for as long as the test wants. */
async function beginSignIn(service, { username, password }) {
  const body = JSON.stringify({ username, password })
  const socket = connect(service.port, '127.0.0.1')
  await once(socket, 'connect')
  let answer = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk
  })
  const head = `POST /api/login HTTP/1.1\r\nhost: bank\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`
  socket.write(head)
  // The bank has read the head, and waits for the body.
  await until(
    () => answer,
    (text) => text === CONTINUE,
    { what: 'the go-ahead' },
  )
  socket.write(body.slice(0, 10))
  return async () => {
    const ended = once(socket, 'close')
    socket.write(body.slice(10))
    await ended
    return answer.slice(CONTINUE.length)
  }
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal} while sign-ins are under way: they are answered, no new one is taken, and the process ends well`, async () => {
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
      (answer) => answer === 'refused',
      { what: 'the closed door' },
    )
    const answer = await finish()
    assert.match(answer, /^HTTP\/1\.1 200 /)
    assert.match(answer, /\r\nset-cookie: signet_token=[\w-]+\.[\w-]+\.[\w-]+;/i)
    await ended
    const written = (await logsOf(world)).split('\n').filter((line) => line.includes(`"pid":${bank.pid},`))
    assert.ok(written.some((line) => line.includes('"msg":"closing"')))
    assert.ok(!written.some((line) => JSON.parse(line).level >= 50), written.join('\n'))
  })
}

test('its exit code says that all is well', async () => {
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

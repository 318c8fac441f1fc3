// Outages: replicas are killed and replaced, and Valkey and PostgreSQL stop.
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { ServiceName } from '../processes/services.js'
import { docker } from './engine.js'
import { frontDoor } from './front-door.js'
import { addressOf, compose, install, oneReplica, PORT, replicas, scale, uninstall, up } from './installation.js'
import { type LoadResult, startLoad } from './load.js'

const door = frontDoor({ port: PORT })
const { ask, askReplica, me, signIn } = door
const restored = () => up(...scale(3))

before(() => install(...scale(3)))
after(uninstall)

/** Asserts that no request failed, each transfer happened once, and the user is still signed in. */
function assertUnharmed(t: TestContext, result: LoadResult) {
  const { asked, failures, instances, moved, repeated, balance, stillSignedIn } = result
  const transfers = `${moved} transfers, ${repeated.length} reattempts`
  t.diagnostic(`${asked} requests, ${failures.length} failed, ${transfers}, ${instances.size} instances`)
  assert.deepEqual(failures, [])
  assert.ok(moved > 0)
  assert.deepEqual({ balance, stillSignedIn }, { balance: moved, stillSignedIn: true })
}

test('killing a replica of each service under load fails no request and signs out no user', async (t) => {
  const load = await startLoad(door)
  t.after(() => load.stop())
  const kill = async (name: ServiceName) => docker('kill', '--signal', 'KILL', await oneReplica(name))
  // Load before, during and well after the kills.
  await load.requests(100)
  await kill('bank')
  await load.requests(200)
  await kill('retirement')
  await load.requests(400)
  const result = await load.stop()
  assertUnharmed(t, result)
  assert.equal(result.instances.size, 6)
  await restored()
})

for (const name of ['bank', 'retirement'] as const) {
  test(`replacing all replicas of ${name} under load, one by one, fails no request`, async (t) => {
    const load = await startLoad(door, 40)
    t.after(() => load.stop())
    const before = await replicas(name)
    for (const old of before) {
      await docker('stop', '--timeout', '10', old)
      await docker('rm', old)
      await up('--no-deps', '--no-recreate', '--scale', `${name}=3`, name)
    }
    const now = await replicas(name)
    assert.deepEqual([now.length, now.filter((id) => before.includes(id))], [3, []])
    const result = await load.stop()
    assertUnharmed(t, result)
    // A connection that arrives at the very moment in which a replica stops listening is reset.
    assert.ok(result.repeated.length <= 1, `attempts that failed: ${result.repeated.join('; ')}`)
  })
}

test('SIGTERM completes pending requests, and the process exits within five seconds', async (t) => {
  const id = await oneReplica('bank')
  const host = await addressOf(id)
  // Each waits for a password hash, so that some are pending at the signal.
  const attempts = Array.from({ length: 8 }, (_, index) =>
    askReplica('bank', host, 'POST', '/api/login', { body: { username: `sigterm-${index}`, password: 'x' } }),
  )
  // When the first has its response, all others have arrived.
  await Promise.any(attempts)
  const startedAt = performance.now()
  const stopped = docker('stop', '--timeout', '10', id)
  const statuses = (await Promise.all(attempts)).map(({ status }) => status)
  await stopped
  const ms = performance.now() - startedAt
  t.diagnostic(`exited after ${ms.toFixed(0)} ms`)
  assert.ok(
    statuses.every((status) => status === 401 || status === 429),
    statuses.join(' '),
  )
  assert.ok(ms < 5_000, `${ms.toFixed(0)} ms`)
  assert.equal(await docker('inspect', '--format', '{{.State.ExitCode}}', id), '0')
  await restored()
})

test('while Valkey is down tokens work, shared sessions get 503 and keep their cookies, and all recovers', async (t) => {
  const shared = await signIn('shared-session')
  const load = await startLoad(door, 40)
  t.after(() => load.stop())
  await compose('stop', 'valkey')
  for (let times = 0; times < 60; times += 1) {
    const waiting = await me(times % 2 === 0 ? 'bank' : 'retirement', { cookie: shared.cookie })
    assert.deepEqual([waiting.status, waiting.headers['set-cookie']], [503, undefined])
  }
  assertUnharmed(t, await load.stop())
  await compose('start', 'valkey')
  await restored()
  assert.ok((await signIn('shared-session')).cookie)
})

test('a restart of PostgreSQL signs out no user', async (t) => {
  const load = await startLoad(door)
  t.after(() => load.stop())
  await compose('restart', 'postgres')
  await restored()
  const { failures, stillSignedIn } = await load.stop()
  // Only requests for accounts and transfers need the database.
  assert.deepEqual(
    failures.filter((failure) => failure.includes('/api/me') || !failure.includes(': 503')),
    [],
  )
  assert.ok(stillSignedIn)
  const { cookie } = await signIn()
  assert.equal((await ask('bank', 'GET', '/', { headers: { cookie } })).status, 200)
})

// `npm run test:compose`: the project's own docker-compose.yml, three of each service, and what happens to them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { ADA, addressOf, ask, askReplica, compose, docker, replicas, signIn, startLoad } from './support.mjs'

const THREE = ['--scale', 'bank=3', '--scale', 'retirement=3']
const up = (...args) => compose('up', '-d', '--wait', '--no-build', ...THREE, ...args)

let upMs
before(async () => {
  await docker('info').catch(() => {
    throw new Error('test:compose needs a running Docker Engine with Compose: `docker info` gives no answer.')
  })
  await compose('build', 'bank')
  const startedAt = performance.now()
  await up()
  upMs = performance.now() - startedAt
})
after(() => compose('down', '-v', '--timeout', '1', '--remove-orphans'))

const me = (name, headers) => ask(name, 'GET', '/api/me', { headers })
const addresses = async (name) => Promise.all((await replicas(name)).map(addressOf))

test('up --wait returns when it can be used', async (t) => {
  t.diagnostic(`three and three with images present: ${(upMs / 1000).toFixed(1)} s`)
  for (const name of ['bank', 'retirement']) assert.equal((await ask(name, 'GET', '/readyz')).status, 200)
})

test('the image is small, runs as nobody special, and writes nowhere', async (t) => {
  const [image] = JSON.parse(await docker('image', 'inspect', 'signet'))
  t.diagnostic(`unpacked: ${(image.Size / 1e6).toFixed(0)} MB`)
  assert.ok(image.Size < 400e6, `${image.Size} bytes`)
  assert.equal(image.Config.User, 'node')
  for (const label of ['version', 'revision'])
    assert.ok(image.Config.Labels[`org.opencontainers.image.${label}`], label)
  for (const name of ['bank', 'retirement']) {
    const [id] = await replicas(name)
    const [{ HostConfig: host }] = JSON.parse(await docker('inspect', id))
    assert.deepEqual([host.ReadonlyRootfs, host.CapDrop, host.Privileged], [true, ['ALL'], false])
    await assert.rejects(docker('exec', id, 'sh', '-c', 'echo x > /app/x'), /Read-only/)
    assert.notEqual(await docker('exec', id, 'id', '-u'), '0')
  }
})

test('retirement has neither what renews nor the bank’s database', async () => {
  const [id] = await replicas('retirement')
  const files = await docker('exec', id, 'ls', '-R', '/run/signet')
  assert.match(files, /jwt-secret/)
  assert.doesNotMatch(files, /refresh-token-secret|password/)
})

test('a hundred page views are spread over all replicas, with one sign-in', async () => {
  const { cookie } = await signIn()
  const instances = new Set()
  for (let view = 0; view < 100; view += 1) {
    const name = view % 2 === 0 ? 'bank' : 'retirement'
    const page = await ask(name, 'GET', '/', { headers: { cookie } })
    assert.equal(page.status, 200, `view ${view}`)
    instances.add((await me(name, { cookie })).body.data.instance)
  }
  assert.equal(instances.size, 6, [...instances].join(', '))
})

test('a session in one server’s memory is lost at random; a shared one and a token never are', async () => {
  for (const [strategy, known] of [
    ['session', false],
    ['shared-session', true],
    ['jwt', true],
  ]) {
    const { cookie } = await signIn(strategy)
    const statuses = []
    for (let times = 0; times < 12; times += 1) statuses.push((await me('bank', { cookie })).status)
    assert.equal(
      statuses.every((status) => status === 200),
      known,
      `${strategy}: ${statuses}`,
    )
    assert.ok(statuses.includes(200), 'the process that made it knows it')
  }
})

test('a replica is killed under load: no request fails and nobody signs in again', async (t) => {
  const { cookie } = await signIn()
  const load = startLoad({ cookie })
  t.after(() => load.stop())
  // Half a minute of load: before, while it is gone, and until the front door has long forgotten it.
  await wait(5_000)
  const [victim] = await replicas('bank')
  await docker('kill', '--signal', 'KILL', victim)
  await wait(25_000)
  const { asked, failures, instances } = await load.stop()
  t.diagnostic(`${asked} requests, ${failures.length} failed, ${instances.size} instances`)
  assert.deepEqual(failures, [])
  await up()
})

test('after a sign-out every replica refuses within two seconds', async (t) => {
  const { cookie, token } = await signIn()
  const headers = { authorization: `Bearer ${token}` }
  const all = []
  for (const name of ['bank', 'retirement']) for (const host of await addresses(name)) all.push({ name, host })
  const at = ({ name, host }) => askReplica(name, host, 'GET', '/api/me', { headers })
  for (const replica of all) assert.equal((await at(replica)).status, 200)
  assert.equal((await ask('retirement', 'POST', '/api/logout', { headers: { cookie } })).status, 200)
  const endedAt = performance.now()
  const delays = await Promise.all(
    all.map(async (replica) => {
      for (;;) {
        const { status } = await at(replica)
        const ms = performance.now() - endedAt
        if (status === 401) return ms
        assert.ok(ms < 2_000, `${replica.name} at ${replica.host} still takes it after ${ms.toFixed(0)} ms`)
        await wait(20)
      }
    }),
  )
  t.diagnostic(`refused everywhere after ${Math.max(...delays).toFixed(0)} ms`)
})

test('all replicas of the bank are replaced under load, one after the other: no request fails', async (t) => {
  const { cookie } = await signIn()
  const load = startLoad({ cookie }, 40)
  t.after(() => load.stop())
  for (const old of await replicas('bank')) {
    await docker('stop', '--timeout', '10', old)
    await docker('rm', old)
    await compose('up', '-d', '--wait', '--no-build', '--no-deps', '--no-recreate', '--scale', 'bank=3', 'bank')
  }
  const { asked, failures } = await load.stop()
  t.diagnostic(`${asked} requests, ${failures.length} failed`)
  assert.deepEqual(failures, [])
})

test('SIGTERM: what is under way is answered, and the process is gone within five seconds', async (t) => {
  const [id] = await replicas('bank')
  const host = await addressOf(id)
  // Each waits for a password hash, so that some are under way when the signal comes.
  const tries = Array.from({ length: 8 }, (_, index) =>
    askReplica('bank', host, 'POST', '/api/login', { body: { username: `sigterm-${index}`, password: 'x' } }),
  )
  // Once one of them is answered the others have long arrived.
  await Promise.any(tries)
  const startedAt = performance.now()
  const stopped = docker('stop', '--timeout', '10', id)
  const statuses = (await Promise.all(tries)).map(({ status }) => status)
  await stopped
  const ms = performance.now() - startedAt
  t.diagnostic(`gone after ${ms.toFixed(0)} ms`)
  assert.ok(
    statuses.every((status) => status === 401 || status === 429),
    statuses.join(' '),
  )
  assert.ok(ms < 5_000, `${ms.toFixed(0)} ms`)
  assert.equal(await docker('inspect', '--format', '{{.State.ExitCode}}', id), '0')
  await up()
})

test('failed sign-ins are counted by all replicas together, whatever a client says of its address', async () => {
  const statuses = []
  for (let times = 0; times < 15; times += 1) {
    const headers = { 'x-forwarded-for': `203.0.113.${times}`, forwarded: `for=203.0.113.${times}` }
    const body = { username: 'nobody-at-all', password: 'wrong' }
    statuses.push((await ask('bank', 'POST', '/api/login', { headers, body })).status)
  }
  assert.deepEqual(statuses, [...Array(10).fill(401), ...Array(5).fill(429)])
})

test('while Valkey is down people with a token notice nothing, those with a session wait, and it comes back', async () => {
  const jwt = await signIn('jwt')
  const shared = await signIn('shared-session')
  await compose('stop', 'valkey')
  for (let times = 0; times < 6; times += 1) {
    const name = times % 2 === 0 ? 'bank' : 'retirement'
    assert.equal((await me(name, { cookie: jwt.cookie })).status, 200)
    const waiting = await me(name, { cookie: shared.cookie })
    assert.deepEqual([waiting.status, waiting.headers['set-cookie']], [503, undefined])
  }
  await compose('start', 'valkey')
  await up()
  assert.ok((await signIn('shared-session')).cookie)
})

test('while PostgreSQL restarts nobody who is signed in is thrown out', async (t) => {
  const { cookie } = await signIn()
  const load = startLoad({ cookie })
  t.after(() => load.stop())
  await compose('restart', 'postgres')
  await up()
  const { failures } = await load.stop()
  // Pages that show accounts wait for the database; being signed in does not.
  assert.deepEqual(
    failures.filter((failure) => !failure.includes(' /: 503')),
    [],
  )
  assert.equal((await ask('bank', 'GET', '/', { headers: { cookie } })).status, 200)
  assert.ok((await signIn('jwt', ADA)).cookie)
})

// deploy/swarm, as it stands, in a swarm of this one machine: deployed, used, renewed under load, removed.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@signet/testing'
import { commit, docker, requireEngine, root } from './engine.mjs'
import { frontDoor } from './front-door.mjs'
import { startLoad } from './load.mjs'

const STACK = 'signet-test'
/** The label of a swarm of one machine that was made here. */
const OURS = 'signet-test=true'
const port = await freePort()
const folder = mkdtempSync(join(tmpdir(), 'signet-swarm-'))
const file = (name) => join(folder, name)
const files = ['stack.yml', 'databases.yml'].flatMap((name) => ['-c', join(root, 'deploy/swarm', name)])
const services = (...args) => docker('service', ...args)

let door
let ours = false
let usableMs

before(async () => {
  await requireEngine()
  await leaveOwnSwarm()
  process.env.COMMIT = await commit()
  await docker('compose', 'build', 'bank')
  await docker('swarm', 'init', '--advertise-addr', '127.0.0.1')
  ours = true
  for (const label of ['signet-data=true', OURS])
    await docker('node', 'update', '--label-add', label, await docker('info', '--format', '{{.Swarm.NodeID}}'))
  makeSecrets()
  process.env.PORT = String(port)
  for (const name of ['bank', 'retirement'])
    process.env[`${name.toUpperCase()}_URL`] = `https://${name}.signet.localhost:${port}`
  const startedAt = performance.now()
  await docker('stack', 'deploy', '--detach=true', '--resolve-image', 'never', ...files, STACK)
  door = frontDoor({ port, scheme: 'https', ca: readFileSync(file('certificate'), 'utf8') })
  await usable()
  usableMs = performance.now() - startedAt
})

after(async () => {
  if (ours) await docker('stack', 'rm', STACK).catch(() => undefined)
  if (ours) await docker('swarm', 'leave', '--force')
  // A task's volume outlives the swarm; its containers are gone a moment after.
  for (const name of ['bank-data', 'retirement-data']) await removeVolume(`${STACK}_${name}`)
  rmSync(folder, { recursive: true })
})

async function removeVolume(name) {
  for (let tries = 0; tries < 30; tries += 1) {
    if (!(await docker('volume', 'ls', '-q', '--filter', `name=${name}`))) return
    await docker('volume', 'rm', name).catch(() => wait(500))
  }
}

/** Ends a swarm that an earlier run of this file left behind; nobody else's. */
async function leaveOwnSwarm() {
  const [state, node] = (await docker('info', '--format', '{{.Swarm.LocalNodeState}} {{.Swarm.NodeID}}')).split(' ')
  if (state === 'inactive') return
  const labels = await docker('node', 'inspect', '--format', '{{json .Spec.Labels}}', node)
  assert.ok(JSON.parse(labels)[OURS.split('=')[0]], 'this engine is part of a swarm, which these tests would change')
  await docker('swarm', 'leave', '--force')
}

/** The secrets of deploy/swarm/README.md, made as it says. */
function makeSecrets() {
  const keys = (name) => execFileSync(process.execPath, [join(root, 'scripts/keys.mjs'), 'add', file(name)])
  keys('bank-jwt-private-keys.json')
  keys('bank-refresh-token-secret')
  for (const name of ['bank', 'retirement']) {
    const password = randomBytes(16).toString('hex')
    writeFileSync(file(`${name}-database-password`), password)
    const url = `postgresql://signet_${name}:${password}@${name}-postgres:5432/signet_${name}`
    writeFileSync(file(`${name}-database-url`), url)
  }
  writeFileSync(file('session-store-url'), 'redis://valkey:6379')
  const names = ['bank', 'retirement'].map((name) => `DNS:${name}.signet.localhost`).join(',')
  const request = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=signet`
  const paths = ['-keyout', file('certificate-key'), '-out', file('certificate'), '-addext', `subjectAltName=${names}`]
  execFileSync('openssl', [...request.split(' '), ...paths], { stdio: 'pipe' })
  for (const [name, from = name] of [
    ['bank-jwt-private-keys', 'bank-jwt-private-keys.json'],
    ['bank-refresh-token-secret'],
    ['bank-database-url'],
    ['bank-database-password'],
    ['retirement-database-url'],
    ['retirement-database-password'],
    ['session-store-url'],
    ['certificate'],
    ['certificate-key'],
  ])
    execFileSync('docker', ['secret', 'create', name, file(from)], { stdio: 'pipe' })
}

const running = async (name) =>
  (
    await services(
      'ps',
      '--filter',
      'desired-state=running',
      '--format',
      '{{.ID}} {{.CurrentState}}',
      `${STACK}_${name}`,
    )
  )
    .split('\n')
    .filter((line) => / Running /.test(line))
    .map((line) => line.split(' ')[0])

/** Returns once all replicas run and the front door leads to both apps; fails with what the swarm says. */
async function usable() {
  const deadline = Date.now() + 180_000
  for (;;) {
    const counts = await Promise.all(['bank', 'retirement'].map(async (name) => (await running(name)).length))
    const ready = (name) =>
      door.ask(name, 'GET', '/readyz').then(
        ({ status }) => status === 200,
        () => false,
      )
    if (counts.every((count) => count === 3) && (await ready('bank')) && (await ready('retirement'))) return
    if (Date.now() > deadline) assert.fail(await docker('stack', 'ps', '--no-trunc', STACK))
    await wait(250)
  }
}

test('can be used, over https, by one sign-in at both apps and all replicas', async (t) => {
  t.diagnostic(`usable after ${(usableMs / 1000).toFixed(1)} s, migrations included`)
  const { cookie } = await door.signUp()
  assert.match(cookie, /__Secure-signet_token=.*__Host-signet_refresh=/)
  const instances = new Set()
  for (let times = 0; times < 24; times += 1) {
    const { status, body } = await door.me(times % 2 === 0 ? 'bank' : 'retirement', { cookie })
    assert.equal(status, 200)
    instances.add(body.data.instance)
  }
  assert.equal(instances.size, 6, [...instances].join(', '))
})

test('retirement holds nothing that could sign, and neither is in the other’s database network', async () => {
  const inspect = async (name) => JSON.parse(await services('inspect', `${STACK}_${name}`))[0].Spec.TaskTemplate
  const secretsOf = ({ ContainerSpec }) => ContainerSpec.Secrets.map(({ SecretName }) => SecretName).sort()
  assert.deepEqual(secretsOf(await inspect('retirement')), ['retirement-database-url', 'session-store-url'])
  const networks = new Map(
    (await docker('network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}}'))
      .split('\n')
      .map((line) => line.split(' ')),
  )
  for (const [name, other] of [
    ['bank', 'retirement'],
    ['retirement', 'bank'],
  ]) {
    const joined = (await inspect(name)).Networks.map(({ Target }) => networks.get(Target))
    assert.ok(joined.includes(`${STACK}_${name}-database`) && !joined.includes(`${STACK}_${other}-database`), name)
  }
})

test('metrics are shown to nobody outside', async () => {
  for (const name of ['bank', 'retirement']) assert.equal((await door.ask(name, 'GET', '/metrics')).status, 404)
})

test('addresses that a client makes up do not get past the limit of sign-ins', async () => {
  const statuses = []
  for (let times = 0; times < 12; times += 1) {
    const headers = { 'x-forwarded-for': `203.0.113.${times}` }
    const body = { username: 'nobody-at-all', password: 'wrong' }
    statuses.push((await door.ask('bank', 'POST', '/api/login', { headers, body })).status)
  }
  assert.deepEqual(statuses, [...Array(10).fill(401), 429, 429])
})

for (const name of ['bank', 'retirement']) {
  test(`all replicas of ${name} are replaced under load: no request fails`, async (t) => {
    const load = await startLoad(door, 40)
    t.after(() => load.stop())
    const before = await running(name)
    await services('update', '--force', '--detach=false', '--quiet', `${STACK}_${name}`)
    const now = await running(name)
    assert.deepEqual([now.length, now.filter((id) => before.includes(id))], [3, []])
    const { asked, failures, moved, repeated, balance, stillSignedIn } = await load.stop()
    t.diagnostic(`${asked} requests, ${failures.length} failed, ${moved} transfers, ${repeated} sent again`)
    assert.deepEqual(failures, [])
    assert.deepEqual({ balance, stillSignedIn }, { balance: moved, stillSignedIn: true })
  })
}

test('a version that cannot start is rolled back, and nobody notices', async (t) => {
  const load = await startLoad(door, 40)
  t.after(() => load.stop())
  const before = await running('bank')
  await services('update', '--quiet', '--detach=false', '--env-add', 'LOG_LEVEL=nonsense', `${STACK}_bank`)
  const [{ UpdateStatus, Spec }] = JSON.parse(await services('inspect', `${STACK}_bank`))
  assert.equal(UpdateStatus.State, 'rollback_completed')
  assert.ok(Spec.TaskTemplate.ContainerSpec.Env.includes('LOG_LEVEL=info'))
  assert.deepEqual((await running('bank')).sort(), before.sort())
  assert.deepEqual((await load.stop()).failures, [])
})

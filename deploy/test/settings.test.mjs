// What docker-compose.yml and the stack of deploy/swarm say fits together, and with the services. No engine is needed.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bankKeys, readBankConfig } from '@signet/bank/config'
import { readRetirementConfig } from '@signet/retirement/config'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path) => readFileSync(join(root, path), 'utf8')
const { version } = JSON.parse(read('package.json'))
const withoutComments = (text) => text.replaceAll(/^\s*#.*$/gm, '')
/** Variables with their defaults, as a file for Compose names them. */
const variablesOf = (path) =>
  new Map(
    [...withoutComments(read(path)).matchAll(/\$\{(\w+)(?::-([^}]*))?/g)].map(([, name, fallback]) => [name, fallback]),
  )
const yaml = (path, values = {}) => {
  const text = read(path).replaceAll(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name, kind, fallback) => {
    if (name in values) return values[name]
    assert.equal(kind, '-', `${path}: ${name} has no default`)
    return fallback
  })
  return parse(text, { merge: true })
}

test('.env.example has every variable of docker-compose.yml with its default, and no other', () => {
  const example = new Map([...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
  assert.deepEqual([...example].sort(), [...variablesOf('docker-compose.yml')].sort())
})

test('the version is the same everywhere', () => {
  assert.equal(variablesOf('docker-compose.yml').get('VERSION'), version)
  assert.match(read('deploy/Dockerfile'), new RegExp(`^ARG VERSION=${version}$`, 'm'))
  assert.match(read('deploy/kubernetes/overlays/example/kustomization.yaml'), new RegExp(`newTag: ${version}$`, 'm'))
})

const PUBLIC = { BANK_URL: 'https://bank.example.com', RETIREMENT_URL: 'https://retirement.example.com' }
const stack = yaml('deploy/swarm/stack.yml', PUBLIC)
const databases = yaml('deploy/swarm/databases.yml')
const compose = yaml('docker-compose.yml')

test('the services of the stack start with what they are told, and know every variable', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'signet-stack-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = (name) => join(folder, name)
  for (const name of ['bank-jwt-private-keys.json', 'bank-refresh-token-secret'])
    execFileSync(process.execPath, [join(root, 'scripts/keys.mjs'), 'add', file(name)], { stdio: 'pipe' })
  writeFileSync(file('database-url'), 'postgresql://signet@10.20.0.11:5432/signet\n')
  writeFileSync(file('session-store-url'), 'rediss://:x@10.20.0.21:6379\n')
  const told = (name) => {
    const { environment, secrets } = stack.services[name]
    const mounted = secrets.map(({ source, target = source }) => `/run/secrets/${target}`)
    const entries = Object.entries(environment).map(([key, value]) => [key, String(value)])
    const named = entries.filter(([, value]) => value.startsWith('/run/secrets/')).map(([, value]) => value)
    assert.deepEqual(named.sort(), mounted.sort(), `${name}: each secret is named by a variable, and each is there`)
    const local = (value) => file(value.slice('/run/secrets/'.length).replace(/keys$/, 'keys.json'))
    return Object.fromEntries(
      entries.map(([key, value]) => [key, value.startsWith('/run/secrets/') ? local(value) : value]),
    )
  }
  const bank = readBankConfig(told('bank'))
  const retirement = readRetirementConfig(told('retirement'))
  for (const [config, name] of [
    [bank, 'bank'],
    [retirement, 'retirement'],
  ])
    for (const key of Object.keys(stack.services[name].environment))
      assert.ok(key in config || key.replace(/_FILE$/, '') in config, `${name} does not know ${key}`)
  assert.deepEqual([bank.DEMO, bankKeys(bank).all[0].alg, retirement.JWT_SECRET], [false, 'EdDSA', undefined])
  assert.equal(new URL(retirement.JWT_JWKS_URL).origin, retirement.BANK_INTERNAL_URL)
})

test('both ways to run containers start the services alike and confine them alike', () => {
  for (const name of ['bank', 'retirement']) {
    const [one, other] = [compose.services[name], stack.services[name]]
    assert.ok(other.command.at(-1).endsWith(`exec ${one.command.join(' ')}`), name)
    for (const key of ['init', 'read_only', 'cap_drop', 'stop_grace_period'])
      assert.deepEqual(other[key], one[key], `${name}: ${key}`)
    assert.deepEqual(other.healthcheck.test.slice(0, 3), one.healthcheck.test, name)
    const port = one.environment.PORT
    assert.equal(other.environment.PORT, port)
    assert.match(read('deploy/Caddyfile'), new RegExp(`import replicas ${name} ${port}$`, 'm'))
  }
})

test('in the stack a new replica is there before an old one goes, and a bad version goes back', () => {
  for (const name of ['bank', 'retirement']) {
    const { replicas, endpoint_mode: mode, update_config: update, resources } = stack.services[name].deploy
    assert.ok(replicas >= 2)
    assert.deepEqual([mode, update.order, update.failure_action], ['dnsrr', 'start-first', 'rollback'], name)
    assert.ok(resources.limits.memory && resources.reservations.memory, name)
    // A swarm kills what is not healthy: the database must not be asked.
    assert.equal(stack.services[name].healthcheck.test.at(-1), '/healthz')
  }
})

test('the stack keeps the databases apart, encrypts what crosses machines, and holds no secret', () => {
  const among = (name) =>
    Object.values({ ...stack.services, ...databases.services }).filter((one) => one.networks.includes(name))
  for (const name of ['bank', 'retirement']) {
    const joined = among(`${name}-database`)
    assert.deepEqual(joined, [
      stack.services[`${name}-migration`],
      stack.services[name],
      databases.services[`${name}-postgres`],
    ])
  }
  for (const [name, { driver, driver_opts: options }] of Object.entries(stack.networks))
    assert.deepEqual([driver, options.encrypted], ['overlay', 'true'], name)
  for (const [name, secret] of Object.entries({ ...stack.secrets, ...databases.secrets }))
    assert.deepEqual(secret, { external: true }, name)
})

test('the secrets of the stack are those of its README', () => {
  const rows = [...read('deploy/swarm/README.md').matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name]) => name)
  assert.deepEqual(rows.sort(), Object.keys({ ...stack.secrets, ...databases.secrets }).sort())
})

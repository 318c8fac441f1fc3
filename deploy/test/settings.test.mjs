// What docker-compose.yml says fits together, and with the services. No engine is needed.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readBankConfig } from '@signet/bank/config'
import { readRetirementConfig } from '@signet/retirement/config'
import { parse } from 'yaml'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (path) => readFileSync(join(root, path), 'utf8')
const { version } = JSON.parse(text('package.json'))
const withoutComments = (text) => text.replaceAll(/^\s*#.*$/gm, '')
/** Variables with their defaults, as a file for Compose names them. */
const variablesOf = (path) =>
  new Map(
    [...withoutComments(text(path)).matchAll(/\$\{(\w+)(?::-([^}]*))?/g)].map(([, name, fallback]) => [name, fallback]),
  )
const compose = parse(
  text('docker-compose.yml').replaceAll(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, _name, fallback) => fallback),
  { merge: true },
)
const SERVICES = ['bank', 'retirement']

test('.env.example has every variable of docker-compose.yml with its default, and no other', () => {
  const example = new Map([...text('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
  assert.deepEqual([...example].sort(), [...variablesOf('docker-compose.yml')].sort())
})

test('no variable of docker-compose.yml has a name that other programs use: Compose reads the shell', async () => {
  const { bank, retirement } = Object.fromEntries(SERVICES.map((name) => [name, configOf(name)]))
  for (const name of variablesOf('docker-compose.yml').keys()) {
    const ofTheContract = (name in bank || name in retirement) && !['HOST', 'PORT'].includes(name)
    assert.ok(ofTheContract || /^(SIGNET|LOAD)_/.test(name), name)
  }
})

test('the version is the same everywhere', () => {
  assert.equal(variablesOf('docker-compose.yml').get('SIGNET_VERSION'), version)
  assert.match(text('deploy/Dockerfile'), new RegExp(`^ARG VERSION=${version}$`, 'm'))
  assert.match(text('deploy/kubernetes/overlays/example/kustomization.yaml'), new RegExp(`newTag: ${version}$`, 'm'))
})

/** The configuration of a service as it is started, and with it what is in files. */
function configOf(name) {
  const { environment } = compose.services[name]
  const given = Object.entries(environment).map(([key, value]) => [key, String(value)])
  const inFiles = given
    .filter(([key]) => key.endsWith('_FILE'))
    .map(([key]) => key.replace(/_FILE$/, ''))
    .map((key) => [
      key,
      key === 'DATABASE_URL' ? 'postgresql://role:x@postgres/own' : `${key}-with-more-than-32-bytes-in-it`,
    ])
  const read = { bank: readBankConfig, retirement: readRetirementConfig }
  return read[name](Object.fromEntries([...given.filter(([key]) => !key.endsWith('_FILE')), ...inFiles]))
}

test('the services know every variable that they are started with', () => {
  for (const name of SERVICES) {
    const config = configOf(name)
    for (const key of Object.keys(compose.services[name].environment))
      assert.ok(key in config || key.replace(/_FILE$/, '') in config, `${name}: ${key}`)
  }
})

test('the services believe the network of the front door alone, and it is no whole class of addresses', () => {
  const [{ subnet }] = compose.networks.front.ipam.config
  assert.match(subnet, /\/2[4-9]$/)
  for (const name of SERVICES) assert.deepEqual(configOf(name).TRUST_PROXY, [subnet])
})

test('no container has a capability that it does not need, can get one, or writes where it need not', () => {
  const needed = { caddy: ['NET_BIND_SERVICE'] }
  // Neither begins as root, so neither needs capabilities to become another user.
  const users = { postgres: 'postgres', valkey: 'valkey' }
  for (const [name, container] of Object.entries(compose.services)) {
    // A browser, started by hand.
    if (name === 'e2e') continue
    assert.deepEqual(container.cap_drop, ['ALL'], name)
    assert.deepEqual(container.cap_add ?? [], needed[name] ?? [], name)
    assert.deepEqual(container.security_opt, ['no-new-privileges:true'], name)
    assert.deepEqual([container.read_only, container.privileged], [true, undefined], name)
    assert.equal(container.user, users[name], name)
    assert.ok(container.tmpfs.includes('/tmp'), name)
  }
  assert.ok(compose.services.postgres.tmpfs.includes('/var/run/postgresql'), 'its socket')
})

test('the front door finds the services at their ports', () => {
  for (const name of SERVICES) {
    const { init, healthcheck, environment } = compose.services[name]
    assert.equal(init, true, name)
    assert.deepEqual(healthcheck.test, ['CMD', 'node', 'deploy/healthy.mjs'], name)
    assert.match(text('deploy/Caddyfile'), new RegExp(`import replicas ${name} ${environment.PORT}$`, 'm'))
  }
})

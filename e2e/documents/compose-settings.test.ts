// Checks docker-compose.yml against itself and the services' configuration. Needs no engine.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readBankConfig } from '@signet/bank/config'
import { readRetirementConfig } from '@signet/retirement/config'
import { parse } from 'yaml'
import type { ServiceName } from '../processes/services.js'

interface Container {
  readonly environment: Readonly<Record<string, string | number>>
  readonly cap_drop: readonly string[]
  readonly cap_add?: readonly string[]
  readonly security_opt: readonly string[]
  readonly read_only: boolean
  readonly privileged?: boolean
  readonly user?: string
  readonly tmpfs: readonly string[]
  readonly init?: boolean
  readonly healthcheck: { readonly test: readonly string[] }
}

/** What the tests read of docker-compose.yml. */
interface Compose {
  readonly services: Readonly<Record<ServiceName | 'postgres', Container>>
  readonly networks: { readonly front: { readonly ipam: { readonly config: readonly [{ readonly subnet: string }] } } }
}

const root = fileURLToPath(new URL('../../..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const { version }: { version: string } = JSON.parse(text('package.json'))
const withoutComments = (text: string) => text.replaceAll(/^\s*#.*$/gm, '')
/** Returns the variables of a Compose file with their defaults. */
const variablesOf = (path: string) =>
  new Map(
    [...withoutComments(text(path)).matchAll(/\$\{(\w+)(?::-([^}]*))?/g)].map(([, name = '', fallback]) => [
      name,
      fallback,
    ]),
  )
const compose: Compose = parse(
  text('docker-compose.yml').replaceAll(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, _name, fallback: string) => fallback),
  { merge: true },
)
const SERVICES = ['bank', 'retirement'] as const

test('.env.example lists exactly the variables of docker-compose.yml with their defaults', () => {
  const example = new Map([...text('.env.example').matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]))
  assert.deepEqual([...example].sort(), [...variablesOf('docker-compose.yml')].sort())
})

test('no variable of docker-compose.yml has a name that a shell may export for other programs', async () => {
  const [bank, retirement] = [configOf('bank'), configOf('retirement')]
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

/** Reads a service's configuration as the container does, with placeholders for the contents of files. */
function configOf(name: ServiceName) {
  const { environment } = compose.services[name]
  const given = Object.entries(environment).map(([key, value]): [string, string] => [key, String(value)])
  const inFiles = given
    .filter(([key]) => key.endsWith('_FILE'))
    .map(([key]) => key.replace(/_FILE$/, ''))
    .map((key): [string, string] => [
      key,
      key === 'DATABASE_URL' ? 'postgresql://role:x@postgres/own' : `${key}-with-more-than-32-bytes-in-it`,
    ])
  const read = { bank: readBankConfig, retirement: readRetirementConfig }
  return read[name](Object.fromEntries([...given.filter(([key]) => !key.endsWith('_FILE')), ...inFiles]))
}

test('every environment variable of a container is a variable of its service', () => {
  for (const name of SERVICES) {
    const config = configOf(name)
    for (const key of Object.keys(compose.services[name].environment))
      assert.ok(key in config || key.replace(/_FILE$/, '') in config, `${name}: ${key}`)
  }
})

test('the services trust only the front door’s network, and it is small', () => {
  const [{ subnet }] = compose.networks.front.ipam.config
  assert.match(subnet, /\/2[4-9]$/)
  for (const name of SERVICES) assert.deepEqual(configOf(name).TRUST_PROXY, [subnet])
})

test('every container has only the capabilities and writable paths that it needs', () => {
  const needed: Readonly<Record<string, string[]>> = { caddy: ['NET_BIND_SERVICE'] }
  // They do not start as root, so they need no capabilities to change the user.
  const users: Readonly<Record<string, string>> = { postgres: 'postgres', valkey: 'valkey' }
  for (const [name, container] of Object.entries(compose.services)) {
    // A browser for manual runs.
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

test('the front door proxies to the services’ ports', () => {
  for (const name of SERVICES) {
    const { init, healthcheck, environment } = compose.services[name]
    assert.equal(init, true, name)
    assert.deepEqual(healthcheck.test, ['CMD', 'node', 'deploy/healthy.mjs'], name)
    assert.match(text('deploy/Caddyfile'), new RegExp(`import replicas ${name} ${environment.PORT}$`, 'm'))
  }
})

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

test('the version is the same everywhere', () => {
  assert.equal(variablesOf('docker-compose.yml').get('VERSION'), version)
  assert.match(text('deploy/Dockerfile'), new RegExp(`^ARG VERSION=${version}$`, 'm'))
  assert.match(text('deploy/kubernetes/overlays/example/kustomization.yaml'), new RegExp(`newTag: ${version}$`, 'm'))
})

test('the services know every variable that they are started with', () => {
  const read = { bank: readBankConfig, retirement: readRetirementConfig }
  for (const name of SERVICES) {
    const { environment } = compose.services[name]
    const given = Object.entries(environment).map(([key, value]) => [key, String(value)])
    const inFiles = Object.fromEntries(
      given
        .map(([key]) => key)
        .filter((key) => key.endsWith('_FILE'))
        .map((key) => key.replace(/_FILE$/, ''))
        .map((key) => [
          key,
          key === 'DATABASE_URL' ? 'postgresql://role:x@postgres/own' : `${key}-with-more-than-32-bytes-in-it`,
        ]),
    )
    const config = read[name]({ ...Object.fromEntries(given.filter(([key]) => !key.endsWith('_FILE'))), ...inFiles })
    for (const [key] of given) assert.ok(key in config || key.replace(/_FILE$/, '') in config, `${name}: ${key}`)
  }
})

test('the services are confined, and the front door finds them at their ports', () => {
  for (const name of SERVICES) {
    const { init, read_only: readOnly, cap_drop: dropped, healthcheck, environment } = compose.services[name]
    assert.deepEqual([init, readOnly, dropped], [true, true, ['ALL']], name)
    assert.deepEqual(healthcheck.test, ['CMD', 'node', 'deploy/healthy.mjs'], name)
    assert.match(text('deploy/Caddyfile'), new RegExp(`import replicas ${name} ${environment.PORT}$`, 'm'))
  }
})

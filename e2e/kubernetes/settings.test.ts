// Checks that the services accept the configuration of their pods, and that each pod has only its own secrets.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bankKeys, readBankConfig } from '@signet/bank/config'
import { readRetirementConfig } from '@signet/retirement/config'
import { containersOf, podsOf, render } from './render.js'
import { type Container, isConfigMap, ofKind, type PodSpec, required } from './resource.js'

const folder = fileURLToPath(new URL('../../../deploy/kubernetes/', import.meta.url))
const keysCommand = join(folder, '../../scripts/keys.mjs')
const rendered = render(join(folder, 'overlays/example'))
const pods = podsOf(rendered)

/** Returns the ConfigMap of this name, or the only one. */
const configMap = (name?: string) =>
  required(rendered.filter(isConfigMap).find(({ metadata }) => name === undefined || metadata.name === name))

/** Creates the README's secrets as files: `<secret>.<key>`. */
function makeSecrets(path: string): void {
  const keys = (file: string) =>
    execFileSync(process.execPath, [keysCommand, 'add', join(path, file)], { stdio: 'pipe' })
  keys('bank-keys.jwt-private-keys.json')
  keys('bank-keys.refresh-token-secret')
  for (const name of ['bank', 'retirement']) {
    for (const [secret, role] of [
      ['database', `signet_${name}`],
      ['database-owner', `signet_${name}_owner`],
    ])
      writeFileSync(join(path, `${name}-${secret}.url`), `postgresql://${role}:x@10.20.0.11:5432/signet_${name}\n`)
  }
  writeFileSync(join(path, 'session-store.url'), 'rediss://:x@10.20.0.21:6379\n')
}

/** Returns the environment of a container, with mounted secret paths replaced by the files of `makeSecrets`. */
function environmentOf(spec: PodSpec, container: Container, secrets: string): Record<string, string> {
  const settings = (container.envFrom ?? []).flatMap(({ configMapRef }) => {
    return Object.entries(configMap(configMapRef.name).data)
  })
  const variables = [...settings, ...(container.env ?? []).map(({ name, value }): [string, string] => [name, value])]
  const mounted = filesOf(spec, container)
  return Object.fromEntries(
    variables.map(([name, value]) => {
      const file = mounted.get(value)
      return [name, file === undefined ? value : join(secrets, file)]
    }),
  )
}

/** Returns the mount path of each secret key in a container. */
function filesOf(spec: PodSpec, { volumeMounts = [] }: Container): Map<string, string> {
  return new Map(
    volumeMounts.flatMap(({ name, mountPath, readOnly }): [string, string][] => {
      const volume = required(spec.volumes.find((one) => one.name === name))
      if (!volume.secret) return []
      assert.equal(readOnly, true, `${name} is mounted read-only`)
      const { secretName, items } = volume.secret
      return items.map(({ key, path }) => [`${mountPath}/${path}`, `${secretName}.${key}`])
    }),
  )
}

test('the services accept their configuration and know every variable', (t) => {
  const secrets = mkdtempSync(join(tmpdir(), 'signet-kubernetes-'))
  t.after(() => rmSync(secrets, { recursive: true }))
  makeSecrets(secrets)
  const serving = (name: string) => {
    const { spec } = required(pods.find(({ owner }) => owner === `Deployment ${name}`))
    return environmentOf(spec, spec.containers[0], secrets)
  }
  const bank = readBankConfig(serving('bank'))
  const retirement = readRetirementConfig(serving('retirement'))
  for (const { owner, spec, labels } of pods) {
    // Jobs and init containers get a subset of the same variables.
    const config = labels['app.kubernetes.io/name'] === 'bank' ? bank : retirement
    for (const container of containersOf(spec)) {
      for (const variable of Object.keys(environmentOf(spec, container, secrets))) {
        const name = variable.replace(/_FILE$/, '')
        const isMigration = labels['app.kubernetes.io/component'] === 'migration'
        const known = variable in config || name in config || (isMigration && name === 'DATABASE_OWNER_URL')
        assert.ok(known, `${owner}: the service does not know ${variable}`)
      }
    }
  }
  assert.equal(bank.COOKIE_DOMAIN, 'example.com')
  assert.equal(bank.DEMO, false)
  // The front door's network, not a range that other pods of the cluster share.
  for (const proxy of required(bank.TRUST_PROXY)) assert.match(proxy, /^[\d.]+\/(2\d|3[0-2])$/)
  assert.deepEqual(retirement.TRUST_PROXY, bank.TRUST_PROXY)
  // The bank signs with a key pair. Retirement has no signing key.
  assert.equal(bankKeys(bank).all[0]?.alg, 'EdDSA')
  assert.equal(bank.JWT_SECRET, undefined)
  assert.equal(retirement.JWT_SECRET, undefined)
  assert.equal(new URL(required(retirement.JWT_JWKS_URL)).origin, retirement.BANK_INTERNAL_URL)
})

test('the internal URLs name existing Services and ports', () => {
  const { data } = configMap()
  for (const [variable, name] of [
    ['BANK_INTERNAL_URL', 'bank'],
    ['RETIREMENT_INTERNAL_URL', 'retirement'],
  ] as const) {
    const { spec } = required(ofKind(rendered, 'Service').find(({ metadata }) => metadata.name === name))
    assert.equal(data[variable], `http://${name}:${spec.ports[0]?.port}`)
  }
})

test('the public URLs are hosts of the front door with a certificate', () => {
  const { data } = configMap()
  const { spec } = required(ofKind(rendered, 'Ingress')[0])
  const [bank, retirement] = [new URL(required(data.BANK_URL)), new URL(required(data.RETIREMENT_URL))]
  assert.deepEqual([bank.protocol, retirement.protocol], ['https:', 'https:'])
  for (const [name, { hostname }] of Object.entries({ bank, retirement })) {
    const rule = spec.rules.find(({ host }) => host === hostname)
    assert.equal(rule?.http.paths.find(({ path }) => path === '/')?.backend.service.name, name)
    assert.ok(
      spec.tls.some(({ hosts: certified }) => certified.includes(hostname)),
      name,
    )
  }
})

test('the Secrets equal those of the README, each is mounted only where needed, and none is in the repository', () => {
  const rows = [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/^\| `([a-z-]+)` +\| (`[^|]+`) +\|/gm)]
  const documented = new Set(
    rows.flatMap(([, name, keys = '']) => [...keys.matchAll(/`([^`]+)`/g)].map(([, key]) => `${name}.${key}`)),
  )
  const used = new Set(['signet-certificate.tls.crt', 'signet-certificate.tls.key'])
  for (const { owner, spec, labels } of pods) {
    const mounted = containersOf(spec).flatMap((container) => [...filesOf(spec, container).values()])
    for (const key of mounted) {
      used.add(key)
      const [, service] = /^(bank|retirement)-/.exec(key) ?? []
      if (service) assert.equal(labels['app.kubernetes.io/name'], service, `${owner} has ${key}`)
    }
    for (const { name, secret } of spec.volumes) {
      const mounts = containersOf(spec).some((container) => container.volumeMounts?.some((one) => one.name === name))
      assert.ok(mounts, `${owner}: no container mounts ${name}`)
      if (secret)
        assert.equal(secret.defaultMode, 0o440, `${owner}: ${name} is readable by its owner and the pod's group`)
    }
    for (const { env = [], envFrom = [] } of containersOf(spec)) {
      // Secrets are files, because crash reports and child processes can expose environment variables.
      for (const { name, valueFrom } of env) assert.equal(valueFrom, undefined, `${owner}: ${name}`)
      for (const { secretRef } of envFrom) assert.equal(secretRef, undefined, owner)
    }
  }
  assert.deepEqual([...used].sort(), [...documented].sort())
  assert.ok(!rendered.some(({ kind }) => kind === 'Secret'))
  const { data } = configMap()
  for (const name of Object.keys(data)) assert.doesNotMatch(name, /SECRET|PASSWORD|KEYS|DATABASE_URL|STORE_URL/)
})

test('every secret file named by a variable is mounted', () => {
  for (const { owner, spec } of pods) {
    for (const container of containersOf(spec)) {
      const mounted = filesOf(spec, container)
      const named = (container.env ?? []).filter(({ name }) => name.endsWith('_FILE')).map(({ value }) => value)
      assert.deepEqual([...mounted.keys()].sort(), named.sort(), `${owner} ${container.name}`)
    }
  }
})

test('git ignores the folder for generated Secrets', () => {
  const file = join(folder, 'secrets/anything')
  assert.doesNotThrow(() => execFileSync('git', ['check-ignore', '-q', file], { cwd: folder }))
  assert.ok(!existsSync(join(folder, 'base/secrets')))
})

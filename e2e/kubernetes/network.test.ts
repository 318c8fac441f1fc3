// Checks every connection that the example's network policies allow, above all to the other service's database.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type End, mayConnect, type Port } from './reach.js'
import { podsOf, render } from './render.js'
import { type Labels, ofKind, required } from './resource.js'

type Goal = readonly [End, Port]

interface Pod extends End {
  readonly labels: Labels
  readonly ports: Readonly<Record<string, number>>
}

const HOME = 'signet'
const rendered = render(
  join(fileURLToPath(new URL('../../../deploy/kubernetes/', import.meta.url)), 'overlays/example'),
)
const policies = ofKind(rendered, 'NetworkPolicy')
const namespace = (name: string, labels: Labels = {}) => ({ 'kubernetes.io/metadata.name': name, ...labels })

const own = new Map(
  podsOf(rendered).map(({ owner, labels, spec }): [string, Pod] => {
    const ports = (spec.containers[0].ports ?? []).map(({ name, containerPort }) => [name, containerPort])
    return [owner, { labels, namespace: namespace(HOME), ports: Object.fromEntries(ports) }]
  }),
)
const bank = required(own.get('Deployment bank'))
const retirement = required(own.get('Deployment retirement'))
const migrateBank = required(own.get('Job migrate-bank'))
const migrateRetirement = required(own.get('Job migrate-retirement'))
const frontDoor = { labels: { app: 'traefik' }, namespace: namespace('traefik', { 'signet-front-door': 'true' }) }
const metrics = { labels: { app: 'prometheus' }, namespace: namespace('monitoring', { 'signet-metrics': 'true' }) }
const stranger = { labels: { 'app.kubernetes.io/name': 'bank' }, namespace: namespace('elsewhere') }
const names = { labels: { 'k8s-app': 'kube-dns' }, namespace: namespace('kube-system') }

const addressOf = (name: string): Goal => {
  const { spec } = required(policies.find(({ metadata }) => metadata.name === name))
  const { to, ports } = required(spec.egress?.[0])
  const [address = '', bits] = required(to?.[0]?.ipBlock).cidr.split('/')
  assert.equal(bits, '32', `${name} is one address`)
  return [{ address }, { number: Number(ports?.[0]?.port) }]
}
const BANK_DATABASE = addressOf('bank-database')
const RETIREMENT_DATABASE = addressOf('retirement-database')
const STORE = addressOf('session-store')
const ANYWHERE: Goal = [{ address: '203.0.113.7' }, { number: 443 }]

const may = (from: End, [to, port]: Goal) => mayConnect(policies, HOME, from, to, port)
const http = (pod: Pod): Goal => [pod, { number: pod.ports.http }]

test('only its own service and migration reach a database', () => {
  assert.notDeepEqual(BANK_DATABASE, RETIREMENT_DATABASE)
  for (const [from, reaches] of [
    [bank, [true, false]],
    [migrateBank, [true, false]],
    [retirement, [false, true]],
    [migrateRetirement, [false, true]],
  ] as const) {
    assert.deepEqual([may(from, BANK_DATABASE), may(from, RETIREMENT_DATABASE)], reaches, JSON.stringify(from.labels))
  }
})

test('both services reach the store, and their migrations do not', () => {
  assert.deepEqual(
    [bank, retirement, migrateBank, migrateRetirement].map((from) => may(from, STORE)),
    [true, true, false, false],
  )
})

test('only the services, the front door and metrics collectors reach a service', () => {
  assert.ok(may(bank, http(retirement)))
  assert.ok(may(retirement, http(bank)))
  for (const service of [bank, retirement]) {
    for (const from of [frontDoor, metrics]) assert.ok(may(from, http(service)))
    for (const from of [stranger, migrateBank, migrateRetirement]) assert.ok(!may(from, http(service)))
    assert.ok(!may(frontDoor, [service, { number: 9229 }]), 'another port')
  }
})

test('pods reach no other address except DNS', () => {
  for (const from of own.values()) {
    assert.ok(!may(from, ANYWHERE))
    assert.ok(!may(from, [BANK_DATABASE[0], { number: 22 }]), 'another port')
    assert.ok(may(from, [names, { number: 53, protocol: 'UDP' }]))
    assert.ok(!may(from, [names, { number: 8080 }]))
  }
})

test('an unknown pod has no connections', () => {
  const unforeseen = { labels: { app: 'new' }, namespace: namespace(HOME), ports: { http: 80 } }
  for (const to of [BANK_DATABASE, RETIREMENT_DATABASE, STORE, ANYWHERE, http(bank)]) assert.ok(!may(unforeseen, to))
  for (const from of [bank, frontDoor]) assert.ok(!may(from, http(unforeseen)))
})

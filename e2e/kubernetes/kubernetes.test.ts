// Checks the manifests against the Kubernetes API, against each other and against the services. Needs no cluster.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { selects } from './reach.js'
import { containersOf, podsOf, type Rendered, render, strays } from './render.js'
import { ofKind, type PodSpec, type Resource, required, type Selector } from './resource.js'
import { problemsOf } from './schema.js'

const folder = fileURLToPath(new URL('../../../deploy/kubernetes/', import.meta.url))
const root = join(folder, '../..')
const overlay = join(folder, 'overlays/example')
const rendered = render(overlay)
const nameOf = ({ kind, metadata }: Resource<unknown>) => `${kind} ${metadata.name}`
const pods = podsOf(rendered)
const services = pods.filter(({ owner }) => owner.startsWith('Deployment'))

test('every file belongs to a kustomization, and every listed file exists', () => {
  assert.deepEqual(strays([join(folder, 'base'), overlay]), { unlisted: [], missing: [] })
})

const kubectl = (...args: string[]) =>
  execFileSync('kubectl', args, { encoding: 'utf8', timeout: 120_000, stdio: 'pipe' })
const hasKubectl = (() => {
  try {
    return Boolean(kubectl('version', '--client'))
  } catch {
    return false
  }
})()

test('kubectl renders the same resources', { skip: !hasKubectl && 'kubectl is not installed' }, async () => {
  const { parseAllDocuments } = await import('yaml')
  const text = kubectl('kustomize', overlay).replaceAll(/\bsettings-[a-z0-9]{10}\b/g, 'settings')
  const sorted = (resources: Rendered[]) => resources.sort((a, b) => nameOf(a).localeCompare(nameOf(b)))
  assert.deepEqual(
    sorted(render(overlay)),
    sorted(parseAllDocuments(text, { version: '1.1' }).map((document) => document.toJS())),
  )
})

test('no two resources have the same name', () => {
  const names = rendered.map(nameOf)
  assert.deepEqual(names, [...new Set(names)])
})

for (const resource of rendered) {
  test(`${nameOf(resource)} conforms to the API schema`, async () => {
    assert.deepEqual(await problemsOf(resource), [])
  })
}

test('the schema check finds unknown fields and invalid values at any depth', async () => {
  const spoilt = async (change: (pod: PodSpec) => void) => {
    const deployment = structuredClone(required(ofKind(rendered, 'Deployment')[0]))
    change(deployment.spec.template.spec)
    return problemsOf(deployment)
  }
  const found = await Promise.all([
    spoilt((pod) => Object.assign(pod, { terminationGracePeriod: 20 })),
    spoilt((pod) => Object.assign(pod.containers[0].readinessProbe, { timeoutSecond: 3 })),
    spoilt((pod) => Object.assign(required(pod.containers[0].ports?.[0]), { containerPort: '3001' })),
    spoilt((pod) => Object.assign(required(pod.topologySpreadConstraints[0]), { whenUnsatisfiable: 'Never' })),
  ])
  assert.deepEqual(
    found.map(([problem]) => problem),
    [
      '/spec/template/spec/terminationGracePeriod is unknown',
      '/spec/template/spec/containers/0/readinessProbe/timeoutSecond is unknown',
      '/spec/template/spec/containers/0/ports/0/containerPort must be integer',
      '/spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable must be equal to one of the allowed values',
    ],
  )
})

/** Returns every pod selector in a resource. */
function selectorsOf(value: unknown): Selector[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) => {
    if (key === 'podSelector' || key === 'labelSelector') return [entry]
    if (key === 'selector') return [entry.matchLabels ? entry : { matchLabels: entry }]
    return selectorsOf(entry)
  })
}

test('every selector matches pods, and each Service those of its own name', () => {
  for (const resource of rendered) {
    for (const selector of selectorsOf(resource.spec)) {
      // Kubernetes' DNS pods, in another namespace.
      if (selector.matchLabels?.['k8s-app'] === 'kube-dns') continue
      const found = pods.filter(({ labels }) => selects(selector, labels)).map(({ owner }) => owner)
      assert.ok(found.length > 0, `${nameOf(resource)}: ${JSON.stringify(selector)}`)
      const { name } = resource.metadata
      const own = ['Service', 'Deployment', 'PodDisruptionBudget'].includes(resource.kind)
      if (own) assert.deepEqual(found, [`Deployment ${name}`], nameOf(resource))
    }
  }
  for (const { spec, metadata } of ofKind(rendered, 'HorizontalPodAutoscaler')) {
    assert.deepEqual(spec.scaleTargetRef, { apiVersion: 'apps/v1', kind: 'Deployment', name: metadata.name })
    // The API's schema allows any string here.
    for (const { type, resource } of spec.metrics)
      assert.deepEqual([type, resource.name, resource.target.type], ['Resource', 'cpu', 'Utilization'])
    for (const { policies } of Object.values(spec.behavior))
      for (const { type } of policies) assert.ok(['Percent', 'Pods'].includes(type), type)
  }
  for (const kind of ['Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'] as const) {
    const named = ofKind(rendered, kind).map(({ metadata }) => metadata.name)
    for (const { metadata } of ofKind(rendered, 'Deployment'))
      assert.ok(named.includes(metadata.name), `${kind} ${metadata.name}`)
  }
})

test('front door, services, probes and containers agree on ports', () => {
  for (const { owner, spec } of services) {
    const [container] = spec.containers
    const service = required(ofKind(rendered, 'Service').find(({ metadata }) => metadata.name === container.name))
    const port = required(service.spec.ports[0])
    const own = required(container.ports?.[0])
    assert.equal(port.targetPort, own.name, owner)
    assert.equal(port.port, own.containerPort, owner)
    assert.equal(container.env?.find(({ name }) => name === 'PORT')?.value, String(own.containerPort), owner)
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const)
      assert.equal(container[probe].httpGet.port, own.name, `${owner} ${probe}`)
  }
  const backends = ofKind(rendered, 'Ingress').flatMap(({ spec }) => spec.rules.flatMap(({ http }) => http.paths))
  for (const { backend, path } of backends) {
    const { name, port } = backend.service
    const service = required(ofKind(rendered, 'Service').find(({ metadata }) => metadata.name === name))
    assert.ok(
      service.spec.ports.some((one) => one.name === port.name),
      name,
    )
    // Only the Service without pods serves /metrics.
    assert.equal(service.spec.selector === undefined, path === '/metrics')
  }
  assert.equal(backends.length, 4)
})

test('a database outage restarts no pod, and a terminating pod has enough time', () => {
  for (const { owner, spec } of services) {
    const [{ startupProbe, livenessProbe, readinessProbe, lifecycle }] = spec.containers
    assert.equal(startupProbe.httpGet.path, '/healthz', owner)
    assert.equal(livenessProbe.httpGet.path, '/healthz', owner)
    assert.equal(readinessProbe.httpGet.path, '/readyz', owner)
    const closing = readFileSync(join(root, 'packages/service/src/start-service.ts'), 'utf8')
    const closeMs = required(/CLOSE_DELAY_MS = ([\d_]+)/.exec(closing)?.[1])
    const needed = lifecycle.preStop.sleep.seconds + Number(closeMs.replace('_', '')) / 1000
    assert.ok(spec.terminationGracePeriodSeconds > needed, owner)
  }
  for (const { spec, metadata } of ofKind(rendered, 'Deployment')) {
    assert.equal(spec.strategy.rollingUpdate.maxUnavailable, 0, metadata.name)
    assert.equal(spec.replicas, undefined, `${metadata.name}: the autoscaler sets it`)
  }
})

test('every container is confined and requests resources', () => {
  for (const { owner, spec } of pods) {
    assert.equal(spec.automountServiceAccountToken, false, owner)
    assert.equal(spec.enableServiceLinks, false, owner)
    assert.equal(spec.securityContext.runAsNonRoot, true, owner)
    assert.equal(spec.securityContext.seccompProfile.type, 'RuntimeDefault', owner)
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC'] as const) assert.equal(spec[field], undefined, owner)
    for (const { name, securityContext, resources, image } of containersOf(spec)) {
      assert.deepEqual(
        securityContext,
        { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        `${owner} ${name}`,
      )
      assert.ok(resources.requests.cpu && resources.requests.memory && resources.limits.memory, `${owner} ${name}`)
      assert.match(image, /:\d/, `${owner} ${name}: a version`)
    }
  }
})

test('the script of every container exists and gets the name of its service', () => {
  for (const { owner, spec, labels } of pods) {
    for (const { command } of containersOf(spec)) {
      const [node, ...args] = command
      assert.equal(node, 'node', owner)
      const [script = '', name] = args.filter((arg) => !arg.startsWith('--'))
      assert.ok(existsSync(join(root, script)), `${owner}: ${script}`)
      assert.equal(name ?? script.split('/')[1], labels['app.kubernetes.io/name'], owner)
    }
  }
})

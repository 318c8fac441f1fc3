// Checks that the names in the runbook exist. Needs a build.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildUnconnected, routesOf } from '../processes/unconnected-services.js'
import { capturesOf, prose, read, root, rowsUnder } from './documents.js'

const SERVICES = [
  ['bank', {}],
  ['retirement', { JWT_JWKS_URL: 'http://127.0.0.1:9/.well-known/jwks.json' }],
] as const

/** The labels of a metric, which the types of prom-client leave out. */
interface WithLabels {
  readonly labelNames?: readonly string[]
}

/** Returns both services' metrics by name, every label value so far, and every route. */
async function namesInServices() {
  const metrics = new Map<string, { help: string; type: string; labels: readonly string[] }>()
  const words = new Set<string>()
  const routes = new Set<string>()
  for (const [name, environment] of SERVICES) {
    const { app, close } = await buildUnconnected(name, environment)
    for (const { path } of routesOf(app)) routes.add(path)
    for (const { name: metric, help, type, values } of await app.metrics.getMetricsAsJSON()) {
      const { labelNames = [] } = app.metrics.getSingleMetric(metric) as WithLabels
      metrics.set(metric, { help, type: String(type), labels: labelNames })
      for (const { labels } of values) for (const value of Object.values(labels)) words.add(String(value))
    }
    await close()
  }
  return { metrics, words, routes }
}

test('every metric of the product has a help text', async () => {
  const { metrics } = await namesInServices()
  for (const [name, { help }] of metrics) if (!/^(process|nodejs)_/.test(name)) assert.ok(help.length > 10, name)
})

test('every metric, code, log message, endpoint and variable in the runbook exists', async () => {
  const { AUTH_ERRORS } = await import('@signet/auth/verifier')
  const { SERVICE_ERRORS } = await import('@signet/service')
  const { metrics, words, routes } = await namesInServices()
  const sources = execFileSync('git', ['ls-files', 'apps/*/src/*', 'packages/*/src/*', 'prisma/*.prisma'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map(read)
    .join('\n')
  const known = new Set([...Object.keys(AUTH_ERRORS), ...Object.keys(SERVICE_ERRORS), ...words, 'histogram_quantile'])
  for (const [name, { type, labels }] of metrics) {
    for (const word of [name, ...labels]) known.add(word)
    if (type === 'histogram') for (const part of ['bucket', 'sum', 'count']) known.add(`${name}_${part}`)
  }
  const documented = new Set(rowsUnder(read('docs/configuration.md'), 'variable').map(([name]) => name))

  const spans = capturesOf(prose(read('docs/operations.md')), /`([^`\n]+)`/g)
  const unknown: string[] = []
  let checked = 0
  for (const span of spans.filter((span) => !/^(docker|kubectl|npm|node|psql|\.data)\b/.test(span))) {
    const message = /^"([^"]+)"$/.exec(span)?.[1]
    const path = /^(?:[A-Z]+ )?(\/[a-z][\w./:-]*)$/.exec(span)?.[1]
    const found: [what: string, exists: boolean][] = []
    if (message) found.push(['a log message', sources.includes(`'${message}'`) || sources.includes(`"${message}"`)])
    else if (path) found.push(['an endpoint', routes.has(path)])
    else {
      for (const [word] of span.matchAll(/\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b/g))
        found.push([word, known.has(word) || sources.includes(`'${word}'`) || sources.includes(`@@map("${word}")`)])
      for (const [word] of span.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g)) found.push([word, documented.has(word)])
    }
    checked += found.length
    unknown.push(...found.filter(([, exists]) => !exists).map(([what]) => `${what}: ${span}`))
  }
  assert.deepEqual(unknown, [])
  assert.ok(checked > 50, `${checked} names were checked`)
})

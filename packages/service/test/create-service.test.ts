import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { assetUrl } from '@signet/ui'
import type { InjectOptions } from 'fastify'
import type { App } from '../src/index.js'
import { BANK, createTestService, issueToken, RETIREMENT, refusalOf } from './support.js'

const cookie = `signet_token=${issueToken()}`
const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** One request for each kind of response. */
const ANSWERS: ReadonlyArray<readonly [what: string, request: InjectOptions, status: number]> = [
  ['a page', { url: '/', headers: { cookie } }, 200],
  ['a redirect to the sign-in', { url: '/' }, 303],
  ['the API', { url: '/api/me', headers: { cookie } }, 200],
  ['a refusal of the API', { url: '/api/me' }, 401],
  ['a refusal of another site', { method: 'POST', url: '/form', headers: { origin: BANK } }, 403],
  ['an address that is not there', { url: '/nothing' }, 404],
  ['another method', { url: '/api/notes' }, 405],
  [
    'a body that is no JSON',
    { method: 'POST', url: '/api/notes', headers: { 'content-type': 'application/json' }, payload: '{' },
    400,
  ],
  ['a body of another type', { method: 'POST', url: '/api/notes', headers: form, payload: 'a=1' }, 415],
  ['an address with a bad escape', { url: '/%zz' }, 400],
  ['an error of ours', { url: '/api/broken' }, 500],
  ['health', { url: '/healthz' }, 200],
  ['metrics', { url: '/metrics' }, 200],
  ['the description of the API', { url: '/openapi.json' }, 200],
  ['its page', { url: '/docs' }, 200],
  ['a style sheet', { url: assetUrl('signet.css') }, 200],
  ['a script that another imports', { url: '/assets/signed-in-fetch.js' }, 200],
  ['a style sheet of another version', { url: '/assets/signet.css?v=0000000000' }, 200],
]

/** Only a URL with the hash of its content may be cached forever. */
const CACHED: Readonly<Record<string, string>> = {
  'a style sheet': 'public, max-age=31536000, immutable',
  'a script that another imports': 'no-cache',
  'a style sheet of another version': 'no-cache',
}

const DATA_POLICY = ["default-src 'none'", "frame-ancestors 'none'"]
const PAGE_POLICY = [
  "base-uri 'none'",
  `connect-src 'self' ${BANK}`,
  "default-src 'none'",
  `form-action 'self' ${BANK} ${RETIREMENT}`,
  "frame-ancestors 'none'",
  "img-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
]

describe('every response', () => {
  let app: App
  before(async () => {
    app = await createTestService()
  })
  after(() => app.close())

  for (const [what, request, status] of ANSWERS) {
    test(`has the security headers and a request id: ${what}`, async () => {
      const { statusCode, headers } = await app.inject(request)
      assert.equal(statusCode, status)
      const policy = String(headers['content-security-policy']).split(';')
      const isData = String(request.url).startsWith('/api/')
      assert.deepEqual(policy.sort(), isData ? DATA_POLICY : PAGE_POLICY)
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.equal(headers['x-frame-options'], isData ? undefined : 'DENY')
      assert.equal(headers['referrer-policy'], isData ? undefined : 'same-origin')
      assert.equal(headers['x-powered-by'], undefined)
      assert.equal(headers['strict-transport-security'], undefined, 'http cannot ask for https')
      assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/)
      assert.equal(headers['cache-control'], CACHED[what] ?? 'no-store')
    })
  }

  test('over https has Strict-Transport-Security', async (t) => {
    const secure = await createTestService({ https: true })
    t.after(() => secure.close())
    const { headers } = await secure.inject('/healthz')
    assert.match(String(headers['strict-transport-security']), /^max-age=\d{8,}/)
  })

  const ids: ReadonlyArray<readonly [given: string, kept: boolean, why: string]> = [
    ['0197f3c2-9f4e-7d60-8a3b-2f1f6c5f0d11', true, 'a UUID'],
    ['trace.span_01-a', true, 'letters, digits, dots, dashes, underscores'],
    ['short', false, 'too short to find anything by'],
    ['x'.repeat(65), false, 'too long'],
    ['<script>alert(1)</script>', false, 'markup'],
    ['12345678 level=fatal', false, 'a space: it could forge a field of a log'],
    ['12345678","level":60,"x":"', false, 'quotes: they could forge a line of a log'],
    ['', false, 'empty'],
  ]
  for (const [given, kept, why] of ids) {
    test(`a request id ${kept ? 'is kept' : 'is replaced'}: ${why}`, async () => {
      const { headers } = await app.inject({ url: '/healthz', headers: { 'x-request-id': given } })
      if (kept) assert.equal(headers['x-request-id'], given)
      else assert.match(String(headers['x-request-id']), /^[0-9a-f-]{36}$/)
    })
  }

  test('reports the authentication time in Server-Timing, on pages and in the API', async () => {
    for (const request of [
      { url: '/', headers: { cookie } },
      { url: '/api/me', headers: { cookie } },
      { url: '/api/me' },
      { url: '/docs' },
    ]) {
      const { headers } = await app.inject(request)
      const [, duration] = /^auth;dur=(\d+(?:\.\d{1,3})?)$/.exec(String(headers['server-timing'])) ?? []
      assert.ok(Number(duration) >= 0 && Number(duration) < 1_000, `${request.url}: ${headers['server-timing']}`)
    }
  })
})

describe('health', () => {
  test('/readyz reports current dependencies, /healthz only the process', async (t) => {
    const dependency = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
    t.after(() => dependency.close())
    await once(dependency, 'listening')
    const address = dependency.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const reach = async () => {
      const socket = connect(port, '127.0.0.1')
      await once(socket, 'connect')
      socket.destroy()
    }
    const app = await createTestService({ dependencies: { queue: reach, clock: async () => {} } })
    t.after(() => app.close())
    const ready = await app.inject('/readyz')
    const { queue, clock } = ready.json().data
    assert.deepEqual([ready.statusCode, queue, clock], [200, 'reached', 'reached'])

    await new Promise((closed) => dependency.close(closed))
    const down = await app.inject('/readyz')
    assert.deepEqual(refusalOf(down), [503, 'unavailable'])
    assert.match(down.json().error, /queue/)
    assert.doesNotMatch(down.json().error, /clock|ECONNREFUSED|127\.0\.0\.1/)
    const alive = await app.inject('/healthz')
    assert.deepEqual([alive.statusCode, alive.json()], [200, { status: 'ok', data: { process: 'up' } }])

    dependency.listen(port, '127.0.0.1')
    await once(dependency, 'listening')
    assert.equal((await app.inject('/readyz')).statusCode, 200)
  })
})

describe('metrics', () => {
  test('use route patterns as labels, never a path, a query or a name', async (t) => {
    const app = await createTestService()
    t.after(() => app.close())
    await app.inject('/api/notes/42?secret=hunter2')
    await app.inject('/api/notes/43')
    await app.inject('/nothing/hunter2')
    await app.inject({ method: 'POST', url: '/api/notes/hunter2' })
    await app.inject('/%zz-hunter2')
    const { body, headers } = await app.inject('/metrics')
    assert.match(String(headers['content-type']), /^text\/plain/)
    const counted = (method: string, route: string, status: number) =>
      body
        .split('\n')
        .find(
          (line) =>
            line.startsWith('http_request_duration_seconds_count{') &&
            [`method="${method}"`, `route="${route}"`, `status="${status}"`].every((label) => line.includes(label)),
        )
        ?.split(' ')
        .at(-1)
    assert.equal(counted('GET', '/api/notes/:id', 200), '2')
    assert.equal(counted('GET', 'unknown', 404), '1')
    assert.equal(counted('POST', 'unknown', 405), '1')
    assert.doesNotMatch(body, /hunter2|notes\/4/)
    assert.match(body, /^process_cpu_seconds_total\{service="test"\} /m)
  })
})

describe('the color theme', () => {
  let app: App
  before(async () => {
    app = await createTestService()
  })
  after(() => app.close())
  const choose = (payload: string) => app.inject({ method: 'POST', url: '/theme', headers: form, payload })

  test('is stored in a cookie of both apps, and redirects back to the page', async () => {
    const answer = await choose('theme=dark&return_to=%2F%3Fa%3D1')
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, `${RETIREMENT}/?a=1`])
    assert.equal(
      answer.headers['set-cookie'],
      'signet_theme=dark; Max-Age=31536000; Domain=signet.localhost; Path=/; HttpOnly; SameSite=Lax',
    )
    const page = await app.inject({ url: '/docs', headers: { cookie: 'signet_theme=dark' } })
    assert.match(page.body, /<html[^>]* data-theme="dark"/)
  })

  test('accepts only three values, in the form and in the cookie', async () => {
    const answer = await choose('theme=%22%3E%3Cscript%3E')
    assert.deepEqual([answer.statusCode, answer.headers['set-cookie']], [400, undefined])
    const page = await app.inject({ url: '/docs', headers: { cookie: 'signet_theme="><script>' } })
    assert.match(page.body, /<html[^>]* data-theme="auto"/)
  })

  const rows: ReadonlyArray<readonly [returnTo: string, why: string]> = [
    ['@evil.example/', 'our origin as user info of another'],
    ['.evil.example/', 'our origin as the beginning of another'],
    ['\\\\evil.example', 'back slashes'],
    ['/\u0000', 'a control character'],
  ]
  for (const [returnTo, why] of rows) {
    test(`does not redirect elsewhere: ${why}`, async () => {
      const answer = await choose(String(new URLSearchParams({ theme: 'dark', return_to: returnTo })))
      assert.deepEqual([answer.statusCode, answer.headers.location], [303, `${RETIREMENT}/`])
    })
  }
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { after, before, describe, mock, test } from 'node:test'
import { bankWithoutDemo, login, sharedBank, type TestBank } from '../../support.js'

/** The response of a server that is not a Signet service; it records its requests. */
let answer = 'never asked'
let asked: Record<string, unknown>[] = []
let other: Server
let bank: TestBank
let alone: TestBank

const urlOf = (server: Server): string => {
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

before(async () => {
  other = createServer((request, response) => {
    asked.push({ url: request.url, ...request.headers })
    response.end(answer)
  }).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const target = await sharedBank({})
  await target.app.listen({ host: '127.0.0.1', port: 0 })
  bank = await sharedBank({
    BANK_INTERNAL_URL: urlOf(target.app.server),
    RETIREMENT_INTERNAL_URL: urlOf(other),
    SIGNET_VERSION: '9.9.9',
  })
  // No server listens at port 1.
  alone = await sharedBank({ BANK_INTERNAL_URL: 'http://127.0.0.1:1', RETIREMENT_INTERNAL_URL: 'http://127.0.0.1:1' })
  await login(target.app, { username: 'ada', password: 'not-the-password-of-ada' })
})
after(() => other.close())

const open = async ({ app }: TestBank, headers: Record<string, string> = {}) => {
  const { statusCode, body } = await app.inject({ url: '/operations', headers })
  assert.equal(statusCode, 200)
  return body
}
const section = (html: string, name: string) =>
  html.split('<section').find((part) => part.includes(`>${name}</h2>`)) ?? ''
const number = (html: string, term: string) =>
  new RegExp(`<dt>${term}</dt><dd>(.*?)</dd>`)
    .exec(html)?.[1]
    ?.replaceAll(/<[^>]*>/g, ' ')
    .trim()
/** A result is shown again for one second. */
const nextLook = () => mock.timers.tick(1_001)

describe('/operations', () => {
  before(() => mock.timers.enable({ apis: ['Date'], now: Date.now() }))
  after(() => mock.timers.reset())

  test('shows the figures of a service, and that another server does not respond like one', async () => {
    answer = 'up 1\n'
    const html = await open(bank)
    const own = section(html, 'Signet Bank')
    assert.match(own, /1 replica, rates since start/)
    assert.match(own, new RegExp(`<code>bank-[^<]+-${process.pid}</code>`))
    assert.match(own, /0\.1\.0/, 'the version of the target, not of the server that renders the page')
    assert.match(number(own, 'Sign-ins') ?? '', /^\d+ 1 invalid credentials$/)
    assert.match(section(html, 'Signet Retirement'), /Signet Retirement does not respond/)
    assert.doesNotMatch(own, /class="small-line"/)
    nextLook()
    assert.match(section(await open(bank), 'Signet Bank'), /rates over the last \d s/)
    nextLook()
    const third = section(await open(bank), 'Signet Bank')
    for (const term of ['Requests/s', 'Error rate \\(5xx\\)', 'Event loop lag \\(p99\\)'])
      assert.match(third, new RegExp(`role="img" aria-label="${term} over the last 1 s, between [^"]+ and [^"]+"`))
  })

  test('shows a notice for each service when neither responds', async () => {
    const html = await open(alone)
    for (const name of ['Signet Bank', 'Signet Retirement'])
      assert.match(section(html, name), new RegExp(`${name} does not respond`))
  })

  test('sends requests at most once per second for any number of viewers, and forwards request and trace ids', async () => {
    nextLook()
    asked = []
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    const headers = { 'x-request-id': 'look-at-this', traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
    await Promise.all(Array.from({ length: 20 }, () => open(bank, headers)))
    await open(bank)
    assert.equal(asked.length, 4, 'four requests, to find replicas behind one address')
    for (const request of asked) {
      assert.deepEqual([request.url, request['x-request-id']], ['/metrics', 'look-at-this'])
      assert.match(String(request.traceparent), new RegExp(`^00-${traceId}-`))
      assert.equal(request.cookie ?? request.authorization, undefined)
    }
  })

  test('escapes markup in a response', async () => {
    nextLook()
    answer = [
      'signet_build_info{version="<img src=x>",commit="</td>",replica="<script>alert(1)</script>"} 1',
      'process_start_time_seconds 1700000000',
      'tokens_refused_total{code="<b>"} 3',
    ].join('\n')
    const html = section(await open(bank), 'Signet Retirement')
    assert.match(html, /&lt;script/)
    assert.doesNotMatch(html, /<script>alert|<img src=x|<b>/)
  })

  test('needs no sign-in, shows no personal data, and is linked in the footer', async () => {
    const html = await open(bank)
    assert.doesNotMatch(html, /eyJ|\bada\b|Lovelace|postgresql:|password-of/)
    assert.match((await bank.app.inject('/sign-in')).body, /<a href="\/operations">Operations<\/a>/)
  })

  test('does not exist without DEMO', async () => {
    const { app } = await bankWithoutDemo()
    assert.equal((await app.inject({ url: '/operations', headers: { accept: 'text/html' } })).statusCode, 404)
    assert.doesNotMatch((await app.inject('/sign-in')).body, /operations/)
  })
})

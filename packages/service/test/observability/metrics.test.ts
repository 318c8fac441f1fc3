import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { after, before, describe, test } from 'node:test'
import type { App } from '../../src/index.js'
import { createTestService, issueToken } from '../support.js'

let app: App
before(async () => {
  app = await createTestService()
})
after(() => app.close())

/** Returns the value of a series by name and at most one label. */
async function read(name: string, label = ''): Promise<number | undefined> {
  const { body } = await app.inject('/metrics')
  const line = body.split('\n').find((line) => line.startsWith(`${name}{`) && line.includes(label))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

/** Returns by how much a series grows during `work`. */
async function growth(name: string, label: string, work: () => Promise<unknown>): Promise<number> {
  const earlier = (await read(name, label)) ?? 0
  await work()
  return ((await read(name, label)) ?? 0) - earlier
}

const me = (token: string) => app.inject({ url: '/api/me', headers: { authorization: `Bearer ${token}` } })
const changed = (token: string) => `${token.slice(0, -10)}${token.at(-10) === 'A' ? 'B' : 'A'}${token.slice(-9)}`

test('signet_build_info has the version, the commit and the replica', async () => {
  const { body } = await app.inject('/metrics')
  assert.match(
    body,
    /^signet_build_info\{version="0\.0\.0",commit="none",replica="test-[^"]+-\d+",service="test"\} 1$/m,
  )
})

describe('requests in flight', () => {
  // The scrape itself is one of them.
  const IDLE = 1
  const inFlight = async (service: App) => {
    const { body } = await service.inject('/metrics')
    return Number(/^http_requests_in_flight\{[^}]*\} (\d+)$/m.exec(body)?.[1])
  }
  const untilIdle = async (service: App) => {
    for (let tries = 0; (await inFlight(service)) !== IDLE; tries += 1) {
      assert.ok(tries < 200, `${await inFlight(service)} are in flight`)
      await new Promise((again) => setTimeout(again, 10))
    }
  }

  test('are zero after every kind of response', async () => {
    await app.inject('/healthz')
    await app.inject('/nothing')
    await app.inject('/%zz')
    await app.inject('/api/broken')
    await app.inject({ method: 'POST', url: '/api/notes', headers: { 'content-type': 'text/plain' }, payload: 'a' })
    assert.equal(await read('http_requests_in_flight'), IDLE)
  })

  test('are zero after all clients have disconnected', async (t) => {
    const listening = await createTestService()
    t.after(() => listening.close())
    await listening.listen({ host: '127.0.0.1', port: 0 })
    const { port } = listening.server.address() as AddressInfo
    const arrived = new EventEmitter()
    listening.server.on('request', () => arrived.emit('one'))
    const cookie = `signet_token=${issueToken()}`
    for (let n = 0; n < 50; n += 1) {
      const socket = connect(port, '127.0.0.1')
      const one = once(arrived, 'one')
      socket.write(`GET /api/me HTTP/1.1\r\nHost: test\r\nCookie: ${cookie}\r\n\r\nnonsense\r\n\r\n`)
      await one
      socket.resetAndDestroy()
      await once(socket, 'close')
    }
    await untilIdle(listening)
  })

  test('are counted until their response or disconnect', async (t) => {
    const happens = new EventEmitter()
    const arrived = once(happens, 'both arrived')
    const released = once(happens, 'released')
    let arrivals = 0
    const slow = async () => {
      arrivals += 1
      if (arrivals === 2) happens.emit('both arrived')
      await released
    }
    const listening = await createTestService({ dependencies: { slow } })
    t.after(() => listening.close())
    await listening.listen({ host: '127.0.0.1', port: 0 })
    const address = listening.server.address()
    const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
    socket.write('GET /readyz HTTP/1.1\r\nHost: test\r\n\r\n'.repeat(2))
    await arrived
    assert.equal(await inFlight(listening), IDLE + 2)
    socket.destroy()
    await once(socket, 'close')
    await untilIdle(listening)
    happens.emit('released')
    // Served after those two, whose responses are not counted down twice.
    await listening.inject('/readyz')
    assert.equal(await inFlight(listening), IDLE)
  })
})

describe('authentication', () => {
  test('metrics count authentications, their time and cached tokens', async () => {
    const token = issueToken('Somebody new')
    const count = await growth('authentications_total', '', async () => {
      assert.equal(await growth('verified_tokens_cached', '', () => me(token)), 1, 'at its first sight')
      assert.equal(await growth('verified_tokens_cached', '', () => me(token)), 0)
      assert.equal(await growth('authentication_seconds_total', '', () => me(token)).then((s) => s > 0), true)
    })
    assert.equal(count, 3, 'and not what authenticates no user, as /metrics')
    assert.equal(await growth('verified_tokens_cached', '', () => me(changed(token))), 0, 'only verified ones')
  })

  test('metrics count refused tokens by code, without missing ones', async () => {
    const code = 'code="token_signature_invalid"'
    assert.equal(await growth('tokens_refused_total', code, () => me(changed(issueToken()))), 1)
    assert.equal(await growth('tokens_refused_total', 'code="token_malformed"', () => me('nonsense')), 1)
    await app.inject('/api/me')
    assert.equal(await read('tokens_refused_total', 'token_missing'), undefined)
  })
})

test('refused and failed requests are counted by code', async () => {
  assert.equal(await growth('error_answers_total', 'code="token_missing"', () => app.inject('/api/me')), 1)
  assert.equal(await growth('error_answers_total', 'code="internal"', () => app.inject('/api/broken')), 1)
  assert.equal(await growth('error_answers_total', 'code="not_found"', () => app.inject('/nothing')), 1)
})

test('metrics show the size of the status lists', async () => {
  await me(issueToken())
  assert.deepEqual(
    await Promise.all(
      ['status_lists_held', 'status_list_memory_bytes', 'status_list_ended_sign_ins'].map((name) => read(name)),
    ),
    [1, 16_384, 0],
  )
})

test('the duration of requests is a histogram by method, route and status', async (t) => {
  const service = await createTestService()
  t.after(() => service.close())
  await service.inject('/api/notes/42')
  await service.inject('/api/notes/43?limit=1')
  await service.inject('/api/notes/42?limit=none')
  const lines = (await service.inject('/metrics')).body.split('\n')
  assert.ok(lines.includes('# TYPE http_request_duration_seconds histogram'))
  const series = (name: string, status: number) =>
    lines.flatMap((line) => {
      const [, labels = '', value] = /^(?:[a-z_]+)\{([^}]*)\} (.+)$/.exec(line) ?? []
      const isOne = ['method="GET"', 'route="/api/notes/:id"', `status="${status}"`, 'service="test"'].every((label) =>
        labels.includes(label),
      )
      if (!isOne || !line.startsWith(`http_request_duration_seconds_${name}{`)) return []
      return [{ le: /le="([^"]+)"/.exec(labels)?.[1], value: Number(value) }]
    })
  assert.deepEqual(
    series('bucket', 200).map(({ le }) => le),
    ['0.001', '0.0025', '0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf'],
  )
  assert.equal(series('bucket', 200).at(-1)?.value, 2)
  assert.deepEqual([series('count', 200)[0]?.value, series('count', 400)[0]?.value], [2, 1])
  const seconds = series('sum', 200)[0]?.value ?? 0
  assert.ok(seconds > 0 && seconds < 60, `${seconds} s`)
})

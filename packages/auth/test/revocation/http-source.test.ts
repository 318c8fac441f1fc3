import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { fixedWorld } from '../../conformance/fixed-world.js'
import { untrusted } from '../../conformance/tables/status-lists.js'
import { compressStatusBits, isRevoked, statusBits } from '../../src/revocation/status-list.js'
import { httpStatusListSource, type StatusListSource } from '../../src/verifier.js'
import { BANK, CLAIMS, forge, freezeClock, HEADER, KEYS, NOW, setClock } from '../support.js'

freezeClock()

interface Answer {
  readonly status: number
  readonly etag?: string
  readonly body?: string
}

const TYP = 'statuslist+jwt'
const LIST = {
  iss: BANK,
  sub: `${BANK}/status-lists/0`,
  iat: NOW,
  exp: NOW + 3_600,
  ttl: 1,
  changed_at_ms: 0,
  status_list: { bits: 1, lst: compressStatusBits(statusBits([3])) },
}
const signed = (change: object = {}, header: object = {}, secret?: string) =>
  forge({ ...LIST, ...change }, { ...HEADER, typ: TYP, ...header }, secret === undefined ? {} : { secret })
const list = (change: object = {}, etag = '"1"'): Answer => ({ status: 200, etag, body: signed(change) })
const none: Answer = { status: 404, body: JSON.stringify({ status: 'error', error: 'No.', code: 'not_found' }) }

describe('status lists fetched from the bank', () => {
  let server: Server
  let answer: Answer
  let asked: { url: string | undefined; ifNoneMatch: string | undefined; prefer: unknown }[] = []
  /** Called instead of responding. */
  let hanging: (() => void) | undefined
  let source: StatusListSource
  before(async () => {
    server = createServer(({ url, headers }, response) => {
      asked.push({ url, ifNoneMatch: headers['if-none-match'], prefer: headers.prefer })
      if (hanging) {
        hanging()
        return
      }
      if (answer.etag !== undefined) response.setHeader('etag', answer.etag)
      response.writeHead(answer.status).end(answer.body)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => {
    server.close()
  })
  beforeEach(async () => {
    asked = []
    hanging = undefined
    const internalUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    source = httpStatusListSource({ keys: KEYS, issuer: BANK, internalUrl })
  })
  afterEach(() => setClock(NOW))

  async function fetched(etag?: string) {
    const version = await source.fetch('0', etag)
    assert.ok(version !== null && version !== 'unchanged', String(version))
    return version
  }

  test('contain the revoked sessions, and are requested again with their etag', async () => {
    answer = list()
    const { bits, etag } = await fetched()
    assert.deepEqual([isRevoked(bits, 3), isRevoked(bits, 4), etag], [true, false, '"1"'])
    answer = { status: 304 }
    assert.equal(await source.fetch('0', etag), 'unchanged')
    assert.deepEqual(asked, [
      { url: '/status-lists/0', ifNoneMatch: undefined, prefer: undefined },
      { url: '/status-lists/0', ifNoneMatch: '"1"', prefer: undefined },
    ])
  })

  test('are held by the bank only when it can respond that they are unchanged', async () => {
    const hold = { seconds: 20, signal: new AbortController().signal }
    answer = list()
    await source.fetch('0', undefined, hold)
    answer = { status: 304 }
    await source.fetch('0', '"1"', hold)
    assert.deepEqual(
      asked.map(({ prefer }) => prefer),
      [undefined, 'wait=20'],
    )
  })

  test('are not awaited after the signal aborts', async () => {
    answer = list()
    await fetched()
    const controller = new AbortController()
    hanging = () => controller.abort()
    await assert.rejects(source.fetch('0', '"1"', { seconds: 20, signal: controller.signal }), { name: 'AbortError' })
  })

  for (const build of untrusted({ ...fixedWorld('HS256'), key: KEYS.first, claims: CLAIMS, nowSeconds: NOW })) {
    const { sentence, responses } = build(LIST.sub)
    test(`are refused without a decision about any session: ${sentence}`, async () => {
      answer = responses[0] as Answer
      await assert.rejects(source.fetch('0', undefined))
    })
  }

  test('are dropped when the bank responds that it has dropped them', async () => {
    answer = none
    assert.equal(await source.fetch('0', undefined), null)
  })

  test('older than the held one are refused, so a replay cannot undo a revocation', async () => {
    answer = list()
    await fetched()
    answer = list({ iat: NOW - 41, status_list: { bits: 1, lst: compressStatusBits(statusBits([])) } }, '"0"')
    await assert.rejects(source.fetch('0', '"1"'))
    answer = list({ iat: NOW - 40 }, '"2"')
    assert.equal((await fetched('"1"')).etag, '"2"', 'another replica signed it half a minute ago, by another clock')
    answer = list({ iat: NOW + 5 }, '"3"')
    assert.equal((await fetched('"2"')).etag, '"3"')
  })

  test('are accepted as unchanged only until the held one expires, then they are fetched again', async () => {
    answer = list()
    await fetched()
    setClock(NOW + 3_600)
    answer = { status: 304 }
    await assert.rejects(source.fetch('0', '"1"'))
    assert.equal(asked.at(-1)?.ifNoneMatch, undefined)
    answer = list({ iat: NOW + 3_600, exp: NOW + 7_200 })
    assert.equal((await fetched('"1"')).etag, '"1"')
    answer = { status: 304 }
    assert.equal(await source.fetch('0', '"1"'), 'unchanged')
  })
})

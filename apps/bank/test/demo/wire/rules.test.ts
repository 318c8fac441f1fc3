import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { TraceEvent } from '@signet/demo'
import { NEWEST, wireRows } from '../../../src/demo/wire/wire.js'

const event = (at: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
  at,
  ms: 4,
  service: 'retirement',
  instance: 'retirement-1',
  kind: 'request',
  method: 'GET',
  path: '/',
  cookies: ['token'],
  strategy: 'jwt',
  asked: [],
  status: 200,
  set: [],
  cleared: [],
  ...more,
})

describe('the rows of the live wire', () => {
  test('name the sender, the service and the cookies, what was verified, and how long it took', () => {
    assert.deepEqual(wireRows([event(1)], 'signet'), [
      {
        from: 'Browser',
        to: 'Retirement',
        request: 'GET /',
        cookies: 'signet_token',
        verified: 'signature valid, no server called',
        response: '200, in 4 ms',
      },
    ])
  })

  test('name the store and its answer', () => {
    const asked = [{ whom: 'store' as const, what: 'get session', answer: 'found', ms: 0.41 }]
    const [row] = wireRows([event(1, { strategy: 'shared-session', cookies: ['shared_session'], asked })], 'acme')
    assert.equal(row?.cookies, 'acme_shared_session')
    assert.equal(
      row?.verified,
      'Retirement to Store: get session; Store to Retirement: found, 0.4 ms; session found in the store',
    )
  })

  test('tell a thief’s requests from the browser’s and from the made-up user’s', () => {
    const { strategy: _, ...refused } = event(1, { kind: 'probe', code: 'token_revoked', status: 401 })
    const rows = wireRows([refused, event(2, { kind: 'probe', by: 'user' }), event(3)], 'signet')
    assert.deepEqual(
      rows.map(({ from, verified }) => [from, verified]),
      [
        ['Browser', 'signature valid, no server called'],
        ['Made-up user', 'signature valid, no server called'],
        ['Thief', 'refused: token_revoked'],
      ],
    )
  })

  test('say that a service did not respond', () => {
    const { strategy: _, ...silent } = event(1, { kind: 'probe', status: 0 })
    assert.equal(wireRows([silent], 'signet')[0]?.response, 'no response, in 4 ms')
  })

  test('are the newest ones', () => {
    const rows = wireRows(
      Array.from({ length: NEWEST + 5 }, (_, at) => event(at, { ms: at })),
      'signet',
    )
    const [first, last] = [rows[0]?.response, rows.at(-1)?.response]
    assert.deepEqual([rows.length, first, last], [NEWEST, `200, in ${NEWEST + 4} ms`, '200, in 5 ms'])
  })
})

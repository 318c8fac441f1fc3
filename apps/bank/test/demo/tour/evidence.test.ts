import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TraceEvent } from '@signet/demo'
import { STEPS } from '../../../src/demo/tour/steps.js'
import { messagesOf } from '../../../src/demo/trace-messages.js'

let clock = 0
const event = (over: Partial<TraceEvent>): TraceEvent => ({
  at: ++clock,
  ms: 3,
  service: 'bank',
  instance: 'bank-1',
  kind: 'request',
  method: 'GET',
  path: '/',
  cookies: [],
  asked: [],
  status: 200,
  set: [],
  cleared: [],
  ...over,
})

const signIn = (...set: TraceEvent['set']) => event({ method: 'POST', path: '/sign-in', status: 303, set })
const challenge = (status: number) => event({ method: 'POST', path: '/api/login/passkey/options', status })
const signInByPasskey = (...set: TraceEvent['set']) =>
  event({ method: 'POST', path: '/sign-in/passkey', status: 303, set })
const atRetirement = (over: Partial<TraceEvent>) => event({ service: 'retirement', ...over })
const token = { cookies: ['token'], strategy: 'jwt' } satisfies Partial<TraceEvent>
const shared = { cookies: ['shared_session'], strategy: 'shared-session' } satisfies Partial<TraceEvent>
const probe = (over: Partial<TraceEvent>) => event({ kind: 'probe', path: '/api/me', ...over })
const refusedProbe = (service: TraceEvent['service'], ms: number) =>
  probe({ service, ms, status: 401, code: 'token_revoked' })
const signOut = () => atRetirement({ ...token, method: 'POST', path: '/sign-out', status: 303, cleared: ['token'] })
const expired = () =>
  atRetirement({
    cookies: ['token'],
    code: 'token_expired',
    status: 303,
    leadsTo: { app: 'bank', path: '/sign-in' },
  })
const renewal = () =>
  event({
    path: '/sign-in',
    cookies: ['token', 'refresh'],
    status: 303,
    set: ['token', 'refresh'],
  })
const verdicts = (bank: string, retirement: string) =>
  event({
    ...token,
    path: '/token',
    asked: [
      { whom: 'bank', what: 'verify changed token', answer: bank },
      { whom: 'retirement', what: 'verify changed token', answer: retirement },
    ],
  })

/** By step: traces that prove it, and similar ones that do not. */
const CASES: readonly { readonly shows: TraceEvent[][]; readonly doesNot: TraceEvent[][] }[] = [
  {
    shows: [[signIn('token', 'refresh')]],
    doesNot: [[event(token)], [signIn()], [signIn('session')], [event({ path: '/sign-in' })]],
  },
  {
    shows: [[atRetirement(token)]],
    doesNot: [
      [event(token)],
      [atRetirement({ code: 'token_missing', status: 303 })],
      [atRetirement({ ...token, status: 404 })],
      [atRetirement(shared)],
    ],
  },
  { shows: [[signIn('session')]], doesNot: [[signIn('shared_session')], [signIn('token')]] },
  {
    shows: [[atRetirement({ cookies: ['session'], code: 'session_unknown', status: 303 })]],
    doesNot: [
      [atRetirement({ cookies: ['session', 'token'], strategy: 'jwt' })],
      [event({ cookies: ['session'], code: 'session_unknown' })],
      [atRetirement({ code: 'token_missing', status: 303 })],
    ],
  },
  {
    shows: [
      [signIn('shared_session'), event(shared), atRetirement(shared)],
      [signIn('shared_session'), atRetirement(shared), event(shared)],
    ],
    doesNot: [
      [signIn('shared_session'), event(shared)],
      [signIn('shared_session'), atRetirement(shared)],
    ],
  },
  { shows: [[event({ ...token, path: '/token' })]], doesNot: [[event(token)], [event({ ...shared, path: '/token' })]] },
  {
    shows: [[verdicts('token_signature_invalid', 'token_malformed')]],
    doesNot: [
      [verdicts('token_signature_invalid', 'accepted')],
      [verdicts('token_signature_invalid', 'no response')],
      [event({ ...token, path: '/token' })],
    ],
  },
  {
    shows: [
      [
        atRetirement({
          ...token,
          method: 'POST',
          path: '/who-may-sign',
          asked: [{ whom: 'bank', what: 'GET /api/me', answer: '200' }],
        }),
      ],
    ],
    doesNot: [
      [atRetirement({ ...token, path: '/who-may-sign' })],
      [atRetirement({ ...token, method: 'POST', path: '/who-may-sign' })],
    ],
  },
  {
    shows: [[expired(), renewal(), atRetirement(token)]],
    doesNot: [
      [expired()],
      [expired(), renewal()],
      [renewal(), atRetirement(token)],
      [expired(), renewal(), event(token)],
    ],
  },
  {
    shows: [[signOut(), probe({ ...token }), refusedProbe('bank', 400), refusedProbe('retirement', 700)]],
    doesNot: [
      [signOut()],
      [signOut(), refusedProbe('bank', 400)],
      [signOut(), refusedProbe('bank', 400), probe({ ...token, service: 'retirement' })],
      [refusedProbe('bank', 400), refusedProbe('retirement', 700)],
    ],
  },
  {
    shows: [
      [challenge(200), signInByPasskey('token', 'refresh')],
      [challenge(200), signInByPasskey('token', 'refresh'), event(token)],
    ],
    doesNot: [
      [signInByPasskey('token')],
      [challenge(429), signInByPasskey('token')],
      [challenge(200), signInByPasskey()],
      [challenge(200), signIn('token')],
    ],
  },
]

describe('a step of the tour is completed', () => {
  for (const [index, { shows, doesNot }] of CASES.entries()) {
    const { title, evidence } = STEPS[index] ?? assert.fail(`step ${index + 1}`)
    it(`${title}: by its evidence`, () => {
      for (const events of shows) assert.ok(evidence(events), JSON.stringify(events))
    })
    it(`${title}: not by less`, () => {
      assert.equal(evidence([]), undefined)
      for (const events of doesNot) assert.equal(evidence(events), undefined, JSON.stringify(events))
    })
  }
  it('the cases cover every step', () => assert.equal(CASES.length, STEPS.length))
})

describe('messagesOf', () => {
  it('returns a request with its cookies, the authentication result and the response', () => {
    assert.deepEqual(messagesOf([atRetirement(token)], 'signet'), [
      { from: 'browser', to: 'retirement', kind: 'request', label: 'GET /', detail: 'signet_token' },
      {
        from: 'retirement',
        to: 'retirement',
        kind: 'note',
        label: 'signature valid, no server called',
        tone: 'good',
      },
      { from: 'retirement', to: 'browser', kind: 'answer', label: '200', detail: undefined, tone: undefined },
    ])
  })
  it('names a refusal and its redirect', () => {
    const said = messagesOf([expired()], 'signet').map(({ label, tone }) => [label, tone])
    assert.deepEqual(said.slice(1), [
      ['refused: token_expired', 'bad'],
      ['303, redirect to bank /sign-in', undefined],
    ])
  })
  it('names cleared cookies only if the browser sent them', () => {
    const cleared = ['token', 'session'] satisfies TraceEvent['cleared']
    const answer = messagesOf([event({ cookies: ['token'], set: ['shared_session'], cleared })], 'acme').at(-1)
    assert.equal(answer?.detail, 'sets acme_shared_session; clears acme_token')
  })
  it('distinguishes whether the same replica or another one got the next request of a memory session', () => {
    const { evidence, meaning } = STEPS[2] ?? assert.fail()
    assert.ok(typeof meaning === 'function')
    const session = { cookies: ['session'] } satisfies Partial<TraceEvent>
    const known = [signIn('session'), event({ ...session, strategy: 'session' })]
    const unknown = [signIn('session'), event({ ...session, instance: 'bank-2', code: 'session_unknown', status: 303 })]
    for (const events of [known, unknown]) assert.deepEqual(evidence(events), events)
    assert.match(meaning(known), /reached the same process/)
    assert.match(meaning(unknown), /another replica .* sign in again/)
  })
  it('shows calls and their durations', () => {
    const asked = [{ whom: 'store', what: 'get session', answer: 'found', ms: 1.25 }] satisfies TraceEvent['asked']
    assert.deepEqual(
      messagesOf([event({ ...shared, asked })], 'signet')
        .slice(1, 3)
        .map(({ from, to, label }) => [from, to, label]),
      [
        ['bank', 'store', 'get session'],
        ['store', 'bank', 'found, 1.3 ms'],
      ],
    )
  })
})

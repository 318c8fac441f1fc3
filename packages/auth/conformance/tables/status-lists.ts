import type { Expected, Group, Row } from '../group.js'
import { COMPRESSED, DROPPED, type StatusListResponse, statusListToken } from '../status-lists.js'
import { forger, type World } from '../world.js'

/** How long a list may be used that cannot be refreshed, in the vectors. */
export const VECTOR_MAX_AGE_SECONDS = 60

/** The status list: who is revoked, lists that must not be believed, and lists that grow old. */
export function statusListVectors(world: World, maxAgeSeconds = VECTOR_MAX_AGE_SECONDS): Group[] {
  const category = 'status-lists'
  let list = world.statuses?.firstList ?? 0
  /** Gives each row a list of its own. */
  const rowsOf = (builds: readonly Build[]): Row[] =>
    builds.map((build) => {
      const uri = `${world.claims.iss}/status-lists/${list++}`
      const { sentence, idx = 7, responses, expected, atSeconds } = build(uri)
      const token = forger(world).claims({ status: { status_list: { idx, uri } } })
      return { sentence, tokens: [token], expected, list: responses, ...(atSeconds === undefined ? {} : { atSeconds }) }
    })
  return [
    {
      category,
      name: 'revocation',
      reason: 'A sign-out must end copies of the token too.',
      section: 'draft-ietf-oauth-status-list, section 8.3',
      severity: 'high',
      rows: rowsOf(revocations(world)),
    },
    {
      category,
      name: 'untrusted',
      reason: 'A list that the issuer did not sign for this use decides nothing: the session may be revoked.',
      section: 'draft-ietf-oauth-status-list, section 8.3',
      severity: 'high',
      rows: rowsOf(untrusted(world)),
    },
    {
      category,
      name: 'age',
      reason: 'An attacker who keeps new lists away must not keep a revoked session alive.',
      section: 'draft-ietf-oauth-status-list, section 11.4',
      severity: 'high',
      rows: rowsOf(stale(world, maxAgeSeconds)),
    },
  ]
}

interface ListRow {
  readonly sentence: string
  /** Default: 7, an active session. Session 3 is revoked. */
  readonly idx?: number
  readonly responses: readonly StatusListResponse[]
  readonly expected: Expected
  readonly atSeconds?: number
}
type Build = (uri: string) => ListRow

/** Returns a function that signs lists of a world. */
const signer =
  ({ key, nowSeconds, claims: { iss: issuer } }: World) =>
  (uri: string, change: object = {}, header: object = {}, by = key) =>
    statusListToken({ key, nowSeconds, issuer, uri }, change, header, by)

const served = (body: string, atSeconds = 0, etag = '"1"'): StatusListResponse => ({
  atSeconds,
  status: 200,
  etag,
  body,
})

function revocations(world: World): Build[] {
  const list = signer(world)
  const { nowSeconds: now } = world
  const revokedNow = { status_list: { bits: 1, lst: COMPRESSED.revoked3And7 }, changed_at_ms: now * 1_000 }
  return [
    (uri) => ({ sentence: 'an active session', responses: [served(list(uri))], expected: 'accepted' }),
    (uri) => ({ sentence: 'a revoked session', idx: 3, responses: [served(list(uri))], expected: 'token_revoked' }),
    (uri) => ({ sentence: 'the bit before', idx: 2, responses: [served(list(uri))], expected: 'accepted' }),
    (uri) => ({ sentence: 'the bit that mirrors it', idx: 4, responses: [served(list(uri))], expected: 'accepted' }),
    (uri) => ({ sentence: 'the last bit', idx: 131_071, responses: [served(list(uri))], expected: 'accepted' }),
    () => ({
      sentence: 'a list that the issuer has dropped',
      responses: [{ atSeconds: 0, ...DROPPED }],
      expected: 'token_revoked',
    }),
    (uri) => ({
      sentence: 'a session that was revoked after the first request',
      responses: [served(list(uri)), served(list(uri, revokedNow), 1, '"2"')],
      expected: 'token_revoked',
      atSeconds: 2,
    }),
    (uri) => ({
      sentence: 'revoked, and then unchanged',
      idx: 3,
      responses: [served(list(uri)), { atSeconds: 1, status: 304 }],
      expected: 'token_revoked',
      atSeconds: 2,
    }),
    (uri) => ({
      sentence: 'revoked, and then an older list without the revocation',
      idx: 3,
      responses: [
        served(list(uri), 0, '"2"'),
        served(list(uri, { iat: now - 41, status_list: { bits: 1, lst: COMPRESSED.noneRevoked } }), 1, '"1"'),
      ],
      expected: 'token_revoked',
      atSeconds: 2,
    }),
  ]
}

/** Lists that a verifier must not use. Each is its only response. */
export function untrusted(world: World): Build[] {
  const list = signer(world)
  const { nowSeconds: now, attackerKey, key, claims, delaySeconds } = world
  const lst = (value: string) => ({ status_list: { bits: 1, lst: value } })
  const body =
    (sentence: string, bodyOf: (uri: string) => string): Build =>
    (uri) => ({
      sentence,
      responses: [served(bodyOf(uri))],
      expected: 'unavailable',
    })
  const answer =
    (sentence: string, response: Omit<StatusListResponse, 'atSeconds'>): Build =>
    () => ({
      sentence,
      responses: [{ atSeconds: 0, ...response }],
      expected: 'unavailable',
    })
  return [
    body("the attacker's key", (uri) => list(uri, {}, {}, attackerKey)),
    body('an unknown kid', (uri) => list(uri, {}, { kid: 'k9' })),
    body('alg none', (uri) => `${list(uri, {}, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`),
    body('an access token', (uri) => list(uri, {}, { typ: 'at+jwt' })),
    body('the long form of the typ', (uri) => list(uri, {}, { typ: 'application/statuslist+jwt' })),
    body('not signed', (uri) => `${list(uri).split('.').slice(0, 2).join('.')}.`),
    body('padding', (uri) => `${list(uri)}=`),
    body('a list of another issuer', (uri) => list(uri, { iss: 'https://evil.example' })),
    body('another list of the issuer', () => list(`${claims.iss}/status-lists/99`)),
    body('a list whose time is over', (uri) => list(uri, { iat: now - 3_600, exp: now })),
    body('a list from the future', (uri) => list(uri, { iat: now + 11 + delaySeconds })),
    ...['exp', 'iss', 'sub', 'iat', 'status_list'].map((name) =>
      body(`a list without ${name}`, (uri) => list(uri, { [name]: undefined })),
    ),
    body('a list with nbf', (uri) => list(uri, { nbf: now - 1 })),
    body('a list of over 64 KiB', (uri) => list(uri, { padding: 'x'.repeat(49_152) })),
    body('two bits per session', (uri) => list(uri, { status_list: { bits: 2, lst: COMPRESSED.noneRevoked } })),
    body('a list that is too short', (uri) => list(uri, lst(COMPRESSED.twoBytes))),
    body('a list that is too long', (uri) => list(uri, lst(COMPRESSED.fourLists))),
    body('a list that is not compressed', (uri) => list(uri, lst('AAAA'))),
    body('text', () => 'hunter2'),
    answer('no body', { status: 200 }),
    answer('a redirect', { status: 302 }),
    answer('an error', { status: 500 }),
    answer("a proxy's own 404: the issuer dropped nothing", { status: 404, body: '<h1>404 Not Found</h1>' }),
    answer('a 404 without a body', { status: 404 }),
    answer('unchanged, when nothing is held', { status: 304 }),
    ...(key.alg === 'EdDSA'
      ? [
          body('the public key as an HMAC secret', (uri) =>
            list(uri, {}, { alg: 'HS256' }, { ...key, alg: 'HS256', signingKey: key.verificationKey }),
          ),
        ]
      : []),
  ]
}

function stale(world: World, maxAgeSeconds: number): Build[] {
  const list = signer(world)
  const failing = { atSeconds: 1, status: 500 }
  return [
    (uri) => ({
      sentence: 'a list that cannot be refreshed, and is not too old',
      responses: [served(list(uri)), failing],
      expected: 'accepted',
      atSeconds: Math.floor(maxAgeSeconds / 2),
    }),
    (uri) => ({
      sentence: 'a list that could not be refreshed for too long',
      responses: [served(list(uri)), failing],
      expected: 'unavailable',
      atSeconds: maxAgeSeconds + 2,
    }),
  ]
}

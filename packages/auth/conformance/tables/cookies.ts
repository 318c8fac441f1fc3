import { MAX_COOKIES_TRIED } from '../../src/cookies.js'
import type { Carrier, Expected, Group, Row } from '../group.js'
import { forger, type World } from '../world.js'

/** Several cookies of one name: a browser also sends stale cookies, and cookies that a sibling host planted. */
export function cookieVectors(world: World): Group[] {
  const category = 'cookies'
  return [
    {
      category,
      name: 'one-accepted',
      reason: 'A sibling host can plant a cookie of the name. It must not sign the user out.',
      section: 'RFC 6265, section 8.6',
      severity: 'medium',
      rows: inEveryOrder(oneAccepted(world), 'accepted'),
    },
    {
      category,
      name: 'none-or-several',
      reason: 'Two valid sessions are of two users, perhaps: a planted cookie must not choose the user.',
      section: 'RFC 6265, section 8.6',
      severity: 'high',
      rows: inEveryOrder(noneOrSeveral(world), 'token_malformed'),
    },
    {
      category,
      name: 'limit',
      reason: `At most ${MAX_COOKIES_TRIED} cookies of the name are tried: each costs a signature check.`,
      section: 'RFC 6265, section 6.1',
      severity: 'low',
      rows: beyondTheLimit(world),
    },
    {
      category,
      name: 'header-first',
      reason: 'A client that sends the header means the header. The cookie is sent by the browser.',
      section: 'RFC 6750, section 2.1',
      severity: 'medium',
      rows: headerFirst(world),
    },
  ]
}

type Tokens = readonly [sentence: string, tokens: readonly string[]]

function tokensOf(world: World) {
  const { good, claims, forge, header } = forger(world)
  const { nowSeconds: now, statuses, attackerKey, claims: genuine } = world
  const past = { iat: now - 400, exp: now - 100, auth_time: now - 400 }
  const status = (reference: object | undefined, jti: string) =>
    reference ? [claims({ jti, sid: OTHER_SID, status: { status_list: reference } })] : []
  return {
    good,
    newer: claims({ jti: 'j-2', iat: now + 1, exp: now + 301 }),
    retyped: claims({ jti: 'j-3', iat: now + 1, exp: now + 301, auth_time: now + 1 }),
    other: claims({ jti: 'j-4', sid: OTHER_SID }),
    expired: claims({ ...past, jti: 'j-7' }),
    expiredOther: claims({ ...past, jti: 'j-8', sid: OTHER_SID }),
    foreign: forge(genuine, { ...header, kid: 'production' }, attackerKey),
    revoked: status(statuses?.revoked, 'j-5'),
    unavailable: status(statuses?.unavailable, 'j-6'),
  }
}

const OTHER_SID = '7d1f0a55-4b0e-4a53-8c57-1b1f2a3c4d5e'

function oneAccepted(world: World): Tokens[] {
  const { good, newer, retyped, expired, expiredOther, foreign, revoked, unavailable } = tokensOf(world)
  return [
    ['nonsense was planted', [good, 'x']],
    ['an empty one was planted', [good, '']],
    ['the very same value twice', [good, good]],
    ['one with a changed signature', [good, `${good.slice(0, -5)}AAAAA`]],
    ['one in another encoding', [good, `${good}=`]],
    ['one of another installation', [good, foreign]],
    ['an expired one of the same session', [good, expired]],
    ['an expired one of another session', [good, expiredOther]],
    ...revoked.map((token): Tokens => ['a revoked one', [good, token]]),
    ...unavailable.map((token): Tokens => ['one that cannot be checked', [good, token]]),
    ['the token before the last renewal', [good, newer]],
    ['the token before the password was typed again', [newer, retyped]],
    ['three are refused', [good, 'x', expired, foreign]],
  ]
}

function noneOrSeveral(world: World): Tokens[] {
  const { good, other, expired, expiredOther, foreign, revoked } = tokensOf(world)
  return [
    ['two of different sessions are accepted', [good, other]],
    ['two of different sessions, and one that is not', [good, other, 'x']],
    ['none is a token', ['x', 'y']],
    ['the same nonsense twice', ['x', 'x']],
    ['all are expired', [expired, expiredOther]],
    ['the only genuine one is expired', ['x', expired]],
    ...revoked.map((token): Tokens => ['the only genuine one is revoked', ['x', token]]),
    ['of another installation, and nonsense', [foreign, 'x']],
  ]
}

/** Every order, because a browser sorts cookies by path and age. */
function inEveryOrder(all: readonly Tokens[], expected: Expected): Row[] {
  return all.flatMap(([sentence, tokens]) => {
    const orders = new Map(ordersOf(tokens).map((order) => [order.join(), order]))
    return [...orders.values()].map((order, at) => ({
      sentence: `${sentence}${orders.size > 1 ? `, order ${at + 1}` : ''}`,
      tokens: order,
      expected,
      carriers: ['cookie'] as const,
    }))
  })
}

function ordersOf<Value>([first, ...rest]: readonly Value[]): Value[][] {
  if (first === undefined) return [[]]
  return ordersOf(rest).flatMap((order) =>
    order.map((_, at) => order.toSpliced(at, 0, first)).concat([[...order, first]]),
  )
}

function beyondTheLimit(world: World): Row[] {
  const { good, other } = tokensOf(world)
  const sent = (sentence: string, tokens: readonly string[], expected: Expected): Row => ({
    sentence,
    tokens,
    expected,
    carriers: ['cookie'],
  })
  return [
    sent('the genuine one is the fifth', ['a', 'b', 'c', 'd', good], 'token_malformed'),
    sent('the genuine one is the fifth, and the others are equal', ['a', 'a', 'a', 'a', good], 'token_malformed'),
    sent('the genuine one is the fourth', ['a', 'b', 'c', good], 'accepted'),
    sent('the fifth is of another session', ['a', 'b', 'c', good, other], 'accepted'),
    sent(
      'a hundred cookies',
      Array.from({ length: 100 }, () => 'x'),
      'token_malformed',
    ),
  ]
}

function headerFirst(world: World): Row[] {
  const { good, expired } = tokensOf(world)
  const carriers: readonly Carrier[] = ['both']
  return [
    { sentence: 'a genuine header, and nonsense in the cookie', tokens: [good, 'x'], expected: 'accepted', carriers },
    {
      sentence: 'nonsense in the header, and a genuine cookie',
      tokens: ['x', good],
      expected: 'token_malformed',
      carriers,
    },
    {
      sentence: 'an expired header, and a genuine cookie',
      tokens: [expired, good],
      expected: 'token_expired',
      carriers,
    },
  ]
}

import { EXP_SLACK_SECONDS, IAT_AHEAD_SECONDS } from '../../src/lifetimes.js'
import { type Group, type Row, row } from '../group.js'
import { forger, type World } from '../world.js'

const C = 'token_claims_invalid'

/** Tokens whose times are right or wrong by a second, and clocks that differ. */
export function clockVectors(world: World): Group[] {
  const category = 'clock-skew'
  return [
    {
      category,
      name: 'expiry',
      reason: 'A copied token must end. It is valid before the second in exp, and not from it on.',
      section: 'RFC 7519, section 4.1.4',
      severity: 'high',
      rows: expiries(world),
    },
    {
      category,
      name: 'lifetime',
      reason: 'A revoked key or a wrong issuer must not leave tokens that live for years.',
      section: 'RFC 9068, section 5',
      severity: 'medium',
      rows: lifetimes(world),
    },
    {
      category,
      name: 'issued-at',
      reason: 'Clocks differ by seconds. A token from further ahead was made for later use.',
      section: 'RFC 7519, section 4.1.6',
      severity: 'medium',
      rows: issuedAt(world),
    },
  ]
}

function expiries(world: World): Row[] {
  const { good, claims } = forger(world)
  const { nowSeconds: now, attackerKey, claims: genuine } = world
  const { exp } = genuine
  const at = (atSeconds: number, sentence: string, expected: Row['expected']): Row => ({
    ...row(sentence, good, expected),
    atSeconds,
  })
  const past = { iat: now - 900, auth_time: now - 900, exp: now - 600 }
  return [
    row('expired long ago', claims(past), 'token_expired'),
    row('expired this very second', claims({ iat: now - 300, auth_time: now - 300, exp: now }), 'token_expired'),
    row('expired a second ago', claims({ iat: now - 300, auth_time: now - 300, exp: now - 1 }), 'token_expired'),
    row('issued and expired in 1970', claims({ iat: 0, auth_time: 0, exp: 1 }), 'token_expired'),
    row(
      "expired, and with the attacker's key",
      forger(world).forge({ ...genuine, ...past }, undefined, attackerKey),
      'token_signature_invalid',
    ),
    at(exp - now - 1, 'one second before exp', 'accepted'),
    at(exp - now, 'in the second of exp', 'token_expired'),
    at(exp - now + 1, 'one second after exp', 'token_expired'),
    at(exp - now + 86_400, 'a day after exp', 'token_expired'),
  ]
}

function lifetimes(world: World): Row[] {
  const { claims } = forger(world)
  const { nowSeconds: now, accessTokenTtlSeconds } = world
  const longest = accessTokenTtlSeconds + EXP_SLACK_SECONDS
  return [
    row('exp at its utmost', claims({ exp: now + longest }), 'accepted'),
    row('exp a second further', claims({ exp: now + longest + 1 }), C),
    row('exp a year away', claims({ exp: now + 31_536_000 }), C),
    row('exp before iat', claims({ exp: now - 1 }), C),
    row('exp equal to iat', claims({ exp: now }), C),
    row('auth_time after iat', claims({ auth_time: now + 5 }), C),
    row('auth_time long before iat', claims({ auth_time: now - 86_400 }), 'accepted'),
  ]
}

function issuedAt(world: World): Row[] {
  const { good, claims } = forger(world)
  const { nowSeconds: now, delaySeconds } = world
  const ahead = (seconds: number) => claims({ iat: now + seconds, exp: now + seconds + 300 })
  const late = (seconds: number, expected: Row['expected']): Row => ({
    ...row(`a verifier whose clock is ${seconds} s late`, good, expected),
    atSeconds: -seconds,
  })
  return [
    row(`iat ${IAT_AHEAD_SECONDS} s ahead`, ahead(IAT_AHEAD_SECONDS), 'accepted'),
    row(`iat more than ${IAT_AHEAD_SECONDS} s ahead`, ahead(IAT_AHEAD_SECONDS + 1 + delaySeconds), C),
    row('iat an hour ahead', ahead(3_600), C),
    late(1, 'accepted'),
    late(IAT_AHEAD_SECONDS, 'accepted'),
    late(IAT_AHEAD_SECONDS + 1, C),
    late(3_600, C),
  ]
}

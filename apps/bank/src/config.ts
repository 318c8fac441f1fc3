import { availableParallelism } from 'node:os'
import { keyRing, parsePrivateJwks } from '@signet/auth/issuer'
import type { KeyRing } from '@signet/auth/verifier'
import { DEMO_USER_IDS } from '@signet/contracts'
import {
  atLeastOne,
  checkCommon,
  commonSchema,
  countUpTo,
  type Environment,
  fileOf,
  readConfig,
  SECRET_VARIABLES,
  secrets,
  type Values,
} from '@signet/service'

const bankSchema = (environment: Environment) => ({
  ...commonSchema(3001, environment),
  /** Private Ed25519 keys. When set, they sign and JWT_SECRET only verifies. */
  JWT_PRIVATE_KEYS_FILE: fileOf('a private JWKS of Ed25519 keys', parsePrivateJwks)({ default: undefined }),
  /** Keys from which refresh tokens are derived. */
  REFRESH_TOKEN_SECRET: secrets({
    desc: 'set REFRESH_TOKEN_SECRET or REFRESH_TOKEN_SECRET_FILE to a secret of at least 32 bytes, not the one of JWT_SECRET',
  }),
  LOGIN_CONCURRENCY: atLeastOne(64)({ default: availableParallelism() }),
  LOGIN_QUEUE: countUpTo(100_000)({ default: 64 }),
  /** Failed logins per minute for one username from one address; 0 = no limit. */
  LOGIN_RATE_LIMIT: countUpTo(100_000)({ default: 10 }),
  /** Minor units that a customer may send within an hour without a password of the last five minutes; 0 = no limit. */
  STEP_UP_LIMIT: countUpTo(999_999_999_999_999)({ default: 100_000 }),
})

export type BankConfig = Values<ReturnType<typeof bankSchema>>

/** Reads and checks the environment. @throws {ConfigError} with one line per bad variable. */
export const readBankConfig = (environment: Environment): BankConfig =>
  readConfig<BankConfig>(environment, bankSchema(environment), {
    secrets: [...SECRET_VARIABLES, 'REFRESH_TOKEN_SECRET'],
    check: checkBank,
  })

/** Retirement has JWT_SECRET: with the same secret here it could create refresh tokens. */
function checkBank(config: Partial<BankConfig>): Map<string, string> {
  const problems = checkCommon(config)
  if (
    'JWT_SECRET' in config &&
    'JWT_PRIVATE_KEYS_FILE' in config &&
    !config.JWT_SECRET &&
    !config.JWT_PRIVATE_KEYS_FILE
  ) {
    problems.set(
      'JWT_SECRET',
      'must be set (or JWT_SECRET_FILE): a shared secret of at least 32 bytes, unless JWT_PRIVATE_KEYS_FILE is',
    )
  }
  const shared = new Set(config.JWT_SECRET?.all.map(({ signingKey }) => signingKey))
  if (config.REFRESH_TOKEN_SECRET?.all.some(({ signingKey }) => shared.has(signingKey))) {
    problems.set('REFRESH_TOKEN_SECRET', 'must not be a secret of JWT_SECRET, which other services hold')
  }
  return problems
}

/** Returns the bank's keys: key pairs first, then shared secrets. The first key signs, all verify. */
export function bankKeys({ JWT_PRIVATE_KEYS_FILE, JWT_SECRET }: BankConfig): KeyRing {
  return keyRing([...(JWT_PRIVATE_KEYS_FILE?.all ?? []), ...(JWT_SECRET?.all ?? [])])
}

/** Returns the ids of the demo users that cannot sign in, and of those whose password is public. */
export function restrictedUsers({ DEMO }: Pick<BankConfig, 'DEMO'>) {
  const ids = Object.values(DEMO_USER_IDS)
  return { closedUserIds: DEMO ? [] : ids, sharedUserIds: DEMO === 'public' ? ids : [] }
}

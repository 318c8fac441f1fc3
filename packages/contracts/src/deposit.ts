// The bank sends a deposit to retirement as a signed message: `POST /api/deposits` with the message as `Authorization: Bearer`.
// Its `sub` is the customer, its `jti` the transfer.

/** The `typ` of a deposit message, which no other token of the bank has. */
export const DEPOSIT_TYP = 'deposit+jwt'

/** The path of retirement's deposit endpoint. */
export const DEPOSIT_PATH = '/api/deposits'

/** Maximum length of a memo, in UTF-16 code units. */
export const MAX_MEMO_LENGTH = 140

/** Claims of a deposit, in addition to those of every message (`iss`, `aud`, `sub`, `jti`, `iat`, `exp`). */
export interface DepositClaims {
  /** Minor units, at least one. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
  /** The customer's text. May be empty. */
  readonly memo: string
}

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

/** JSON Schema of the claims, with the formats of `sub` and `jti`. The sender and the receiver use the same schema. */
export const DEPOSIT_SCHEMA = {
  type: 'object',
  required: ['sub', 'jti', 'amount', 'currency', 'memo'],
  properties: {
    sub: { type: 'string', pattern: UUID },
    jti: { type: 'string', pattern: UUID },
    amount: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    // The bank's own rule: no control characters, and no unpaired surrogates, which PostgreSQL cannot store.
    memo: { type: 'string', maxLength: MAX_MEMO_LENGTH, pattern: '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$' },
  },
} as const

// Money on its way from the bank to retirement travels as a signed message: `POST /api/deposits` with the message as
// `Authorization: Bearer`. Its `sub` is the customer, its `jti` the transfer.

/** The message's `typ`: what tells it from an access token and from every other kind that the bank signs. */
export const DEPOSIT_TYP = 'deposit+jwt'

/** Where retirement takes deposits. */
export const DEPOSIT_PATH = '/api/deposits'

/** Characters of a memo, at most. */
export const MAX_MEMO_LENGTH = 140

/** What a deposit says beyond the claims that every message has (`iss`, `aud`, `sub`, `jti`, `iat`, `exp`). */
export interface DepositClaims {
  /** Minor units, at least one. */
  readonly amount: number
  /** ISO 4217. */
  readonly currency: string
  /** What the customer wrote; may be empty. */
  readonly memo: string
}

const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'

/** The same as JSON Schema, with what a deposit asks of `sub` and `jti`: one text for who writes it and who reads it. */
export const DEPOSIT_SCHEMA = {
  type: 'object',
  required: ['sub', 'jti', 'amount', 'currency', 'memo'],
  properties: {
    sub: { type: 'string', pattern: UUID },
    jti: { type: 'string', pattern: UUID },
    amount: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    // What the bank takes from its customers: no control character, and no half of a character, which no database keeps.
    memo: { type: 'string', maxLength: MAX_MEMO_LENGTH, pattern: '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$' },
  },
} as const

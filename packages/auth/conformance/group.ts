import type { StatusListResponse } from './status-lists.js'

/** What an attacker gains from a wrong answer: any account; an account without a right to it; less; nothing. */
export type Severity = 'critical' | 'high' | 'medium' | 'low'

export type Category = 'keys' | 'encodings' | 'claims' | 'clock-skew' | 'cookies' | 'status-lists'

export type Expected =
  | 'accepted'
  | 'token_missing'
  | 'token_malformed'
  | 'token_signature_invalid'
  | 'token_claims_invalid'
  | 'token_expired'
  | 'token_revoked'
  | 'unavailable'

/** How tokens are sent. `both`: the first in the header, the others in cookies. */
export type Carrier = 'cookie' | 'authorization' | 'both' | 'none'

/** One wrong or genuine request: what is special about it, its tokens, and the answer of a right verifier. */
export interface Row {
  readonly sentence: string
  readonly tokens: readonly string[]
  readonly expected: Expected
  /** Default: by cookie, and by header if there is one token. */
  readonly carriers?: readonly Carrier[]
  /** Time of the request, relative to the world. Without `list`, only a verifier with a fixed clock can be tested. */
  readonly atSeconds?: number
  /** Responses for the token's status list, the oldest first. */
  readonly list?: readonly StatusListResponse[]
}

/** Rows with one reason. */
export interface Group {
  readonly category: Category
  readonly name: string
  readonly reason: string
  /** Where a standard says so. */
  readonly section: string
  readonly severity: Severity
  readonly rows: readonly Row[]
}

export const row = (sentence: string, token: string, expected: Expected): Row => ({
  sentence,
  tokens: [token],
  expected,
})

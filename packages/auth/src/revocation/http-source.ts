import { type Clock, systemClock } from '../clock.js'
import { AuthError } from '../errors.js'
import { fetchText } from '../fetch-text.js'
import type { KeySource } from '../keys/ring.js'
import { IAT_AHEAD_SECONDS } from '../lifetimes.js'
import { openToken } from '../tokens/open.js'
import type { StatusListSource } from './follow.js'
import {
  readStatusToken,
  type SignedStatusList,
  STATUS_LIST_MEDIA_TYPE,
  STATUS_LIST_RESIGN_SECONDS,
  STATUS_LIST_TYP,
} from './status-token.js'

export interface HttpStatusListOptions {
  readonly keys: KeySource
  /** The bank's public origin, which the lists' URIs begin with. */
  readonly issuer: string
  /** Where the bank is reached from here. */
  readonly internalUrl: string
  readonly clock?: Clock
}

const TIMEOUT_MS = 2_000
/** The bits of a full list that will not be compressed, in base64url twice. */
const MAX_STATUS_TOKEN_BYTES = 65_536
/** So much older than the one that is held may an honest list be: another replica signed it, by a clock of its own. */
const OLDER_BY_SECONDS = STATUS_LIST_RESIGN_SECONDS + IAT_AHEAD_SECONDS

/**
 * Fetches the bank's signed lists, with `If-None-Match` so that an unchanged one costs a few bytes.
 *
 * Whoever stands between here and the bank can keep lists back, as an outage does, and no more: a list from well before the
 * one that is held is refused, and that a list is unchanged is believed only until that one's own time is over. That a list has
 * been given up is believed of the bank's own answer alone, not of any 404 on the way.
 */
export function httpStatusListSource(options: HttpStatusListOptions): StatusListSource {
  const { keys, issuer, internalUrl, clock = systemClock } = options
  const held = new Map<string, Pick<SignedStatusList, 'iat' | 'exp'>>()

  async function read(id: string, token: string, etag: string): Promise<SignedStatusList> {
    const { header, payload } = await openToken(token, keys, MAX_STATUS_TOKEN_BYTES)
    if (header.typ !== STATUS_LIST_TYP) throw new AuthError('token_claims_invalid', 'not a status list')
    const list = readStatusToken(payload, { issuer, uri: `${issuer}/status-lists/${id}`, etag }, clock())
    if (list.iat < (held.get(id)?.iat ?? 0) - OLDER_BY_SECONDS)
      throw new AuthError('token_claims_invalid', 'a status list from before the one that is held')
    return list
  }

  return {
    fetch: async (id, etag) => {
      const { exp = 0 } = held.get(id) ?? {}
      const known = exp > clock() ? etag : undefined
      const { status, headers, text } = await fetchText(new URL(`/status-lists/${id}`, internalUrl), {
        headers: { accept: STATUS_LIST_MEDIA_TYPE, ...(known === undefined ? {} : { 'if-none-match': known }) },
        timeoutMs: TIMEOUT_MS,
        maxBytes: MAX_STATUS_TOKEN_BYTES,
      })
      if (status === 304 && known !== undefined) return 'unchanged'
      if (status === 404 && isGivenUp(text)) {
        held.delete(id)
        return null
      }
      if (status !== 200) throw new Error(`the bank answered ${status} for a status list`)
      const list = await read(id, text, headers.get('etag') ?? '')
      held.set(id, { iat: list.iat, exp: list.exp })
      return list
    },
  }
}

function isGivenUp(text: string): boolean {
  try {
    return (JSON.parse(text) as { code?: unknown } | null)?.code === 'not_found'
  } catch {
    return false
  }
}

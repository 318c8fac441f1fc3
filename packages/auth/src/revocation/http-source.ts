import { systemClock } from '../clock.js'
import { AuthError } from '../errors.js'
import { fetchText } from '../fetch-text.js'
import type { KeySource } from '../keys/ring.js'
import { IAT_AHEAD_SECONDS } from '../lifetimes.js'
import { createVerifier } from '../tokens/verify-token.js'
import type { StatusListSource } from './follow.js'
import {
  REQUIRED_STATUS_CLAIMS,
  readStatusToken,
  type SignedStatusList,
  STATUS_LIST_MEDIA_TYPE,
  STATUS_LIST_RESIGN_SECONDS,
} from './status-token.js'

export interface HttpStatusListOptions {
  readonly keys: KeySource
  /** The issuer's public origin, with which the lists' URIs begin. */
  readonly issuer: string
  /** The issuer's origin for requests of this service. */
  readonly internalUrl: string
}

const TIMEOUT_MS = 2_000
/** Enough for a list that cannot be compressed, encoded in base64url twice. */
const MAX_STATUS_TOKEN_BYTES = 65_536
/** How much older a new list may be than the held one: another replica signed it by its own clock. */
const OLDER_BY_SECONDS = STATUS_LIST_RESIGN_SECONDS + IAT_AHEAD_SECONDS

/**
 * Returns a source of the issuer's signed lists over HTTP. With `If-None-Match` an unchanged list costs a few bytes. With `Prefer:
 * wait` (RFC 7240, section 4.3) the issuer holds its response until the list changes.
 *
 * An attacker between this service and the issuer can only delay lists, as an outage does. A list from well before the held one is
 * refused. A 304 is accepted only until the held list expires, and a 404 only with the issuer's own error code.
 */
export function httpStatusListSource({ keys, issuer, internalUrl }: HttpStatusListOptions): StatusListSource {
  const held = new Map<string, Pick<SignedStatusList, 'iat' | 'exp'>>()
  const verify = createVerifier({
    keys,
    issuer,
    requiredClaims: REQUIRED_STATUS_CLAIMS,
    maxBytes: MAX_STATUS_TOKEN_BYTES,
  })

  async function read(id: string, token: string, etag: string): Promise<SignedStatusList> {
    const list = readStatusToken(await verify(token), { uri: `${issuer}/status-lists/${id}`, etag }, systemClock())
    if (list.iat < (held.get(id)?.iat ?? 0) - OLDER_BY_SECONDS) {
      throw new AuthError('token_claims_invalid', 'a status list older than the held one')
    }
    return list
  }

  return {
    fetch: async (id, etag, hold) => {
      const { exp = 0 } = held.get(id) ?? {}
      const known = exp > systemClock() ? etag : undefined
      const waitSeconds = known === undefined ? 0 : (hold?.seconds ?? 0)
      const { status, headers, text } = await fetchText(new URL(`/status-lists/${id}`, internalUrl), {
        headers: {
          accept: STATUS_LIST_MEDIA_TYPE,
          ...(known === undefined ? {} : { 'if-none-match': known }),
          ...(waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {}),
        },
        timeoutMs: TIMEOUT_MS + waitSeconds * 1000,
        maxBytes: MAX_STATUS_TOKEN_BYTES,
        ...(hold ? { signal: hold.signal } : {}),
      })
      if (status === 304 && known !== undefined) return 'unchanged'
      if (status === 404 && isDropped(text)) {
        held.delete(id)
        return null
      }
      if (status !== 200) throw new Error(`the issuer responded with ${status} for a status list`)
      const list = await read(id, text, headers.get('etag') ?? '')
      held.set(id, { iat: list.iat, exp: list.exp })
      return list
    },
  }
}

function isDropped(text: string): boolean {
  try {
    return (JSON.parse(text) as { code?: unknown } | null)?.code === 'not_found'
  } catch {
    return false
  }
}

import type { FastifyInstance } from 'fastify'
import { type Clock, systemClock } from '../clock.js'
import { AuthError } from '../errors.js'
import type { KeySource } from '../keys/ring.js'
import { parseCompact } from '../tokens/spelling.js'
import type { StatusListSource } from './follow.js'
import { readStatusToken, STATUS_LIST_MEDIA_TYPE, STATUS_LIST_TYP } from './status-token.js'

export interface HttpStatusListOptions {
  /** With `@fastify/jwt`, as the authentication plugin registers it. */
  readonly app: FastifyInstance
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

/** Fetches the bank's signed lists, with `If-None-Match` so that an unchanged one costs a few bytes. */
export function httpStatusListSource(options: HttpStatusListOptions): StatusListSource {
  const { app, keys, issuer, internalUrl, clock = systemClock } = options
  return {
    fetch: async (id, etag) => {
      const response = await fetch(new URL(`/status-lists/${id}`, internalUrl), {
        headers: { accept: STATUS_LIST_MEDIA_TYPE, ...(etag === undefined ? {} : { 'if-none-match': etag }) },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      const token = await response.text()
      if (response.status === 304) return 'unchanged'
      if (response.status === 404) return null
      if (response.status !== 200) throw new Error(`the bank answered ${response.status} for a status list`)
      const { header } = parseCompact(token, MAX_STATUS_TOKEN_BYTES)
      const key = await keys.find(header.kid)
      if (!key || key.alg !== header.alg || header.typ !== STATUS_LIST_TYP)
        throw new AuthError('token_signature_invalid', 'status list')
      const payload = app.jwt.verify<object>(token, {
        key: key.verificationKey,
        algorithms: [key.alg],
        checkTyp: STATUS_LIST_TYP,
      })
      const uri = `${issuer}/status-lists/${id}`
      return readStatusToken(payload, { issuer, uri, etag: response.headers.get('etag') ?? '' }, clock())
    },
  }
}

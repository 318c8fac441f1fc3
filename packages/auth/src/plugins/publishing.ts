import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { LRUCache } from 'lru-cache'
import Type from 'typebox'
import { AuthError } from '../errors.js'
import { publicJwks } from '../keys/private-jwks.js'
import type { KeyRing } from '../keys/ring.js'
import type { Hold, StatusListSource } from '../revocation/follow.js'
import { isStatusListId } from '../revocation/reference.js'
import type { StatusListVersion } from '../revocation/status-list.js'
import {
  STATUS_LIST_MAX_WAIT_SECONDS,
  STATUS_LIST_MEDIA_TYPE,
  STATUS_LIST_RESIGN_SECONDS,
} from '../revocation/status-token.js'
import { type AnswerFormat, plainAnswers } from './answer-format.js'
import { heldResponses } from './held-responses.js'

export interface PublishingOptions {
  /** The lists that the issuer publishes: `statusListSource` over its store. */
  readonly statusLists: StatusListSource
  /** The public halves of key pairs are published. Shared secrets never are. */
  readonly keys: KeyRing
  readonly answers?: AnswerFormat
}

interface Published {
  readonly etag: string
  readonly token: string
  readonly signedAtMs: number
}

/** Signed lists in the cache, at most 30 KB each. Enough for 134 million sessions. */
const MAX_PUBLISHED = 1_024

/**
 * Registers the issuer's endpoints for verifiers: `GET /status-lists/:id` (IETF draft-ietf-oauth-status-list, section 8.1) and
 * `GET /.well-known/jwks.json` (RFC 7517, section 5).
 *
 * A request with `If-None-Match` and `Prefer: wait=N` (RFC 7240, section 4.3) is held for up to N seconds, at most 30, until the
 * list changes. Errors: `not_found` for a list that does not exist or was dropped, and what the source throws.
 *
 * Does *not* authenticate requests: a list contains no user and no session id.
 */
export const publishing = fastifyPlugin<PublishingOptions>(
  async (app, { statusLists, keys, answers: { failures } = plainAnswers }) => {
    if (!app.hasDecorator('heldResponses')) await app.register(heldResponses)
    const jwks = publicJwks(keys)
    const published = new LRUCache<string, Published>({ max: MAX_PUBLISHED })

    /** Signs a version, or returns its signature of the last half minute. */
    function sign(id: string, version: StatusListVersion, nowMs: number): string {
      const known = published.get(id)
      if (known?.etag === version.etag && nowMs - known.signedAtMs < STATUS_LIST_RESIGN_SECONDS * 1000)
        return known.token
      const token = app.signStatusList(id, version)
      published.set(id, { etag: version.etag, token, signedAtMs: nowMs })
      return token
    }

    /** As the request prefers, unless too many responses are held. */
    function holdOf({ headers }: FastifyRequest, reply: FastifyReply): Hold | undefined {
      const seconds = preferredWaitSeconds(headers.prefer)
      const signal = seconds > 0 ? app.heldResponses.hold(reply) : undefined
      if (!signal) return undefined
      reply.header('preference-applied', `wait=${seconds}`)
      return { seconds, signal }
    }

    const listSchema = {
      tags: ['issuer'],
      operationId: 'getStatusList',
      summary: 'Get a list of revoked sessions',
      description: `A Token Status List, ${STATUS_LIST_MEDIA_TYPE}. With If-None-Match, the response for an unchanged list is 304. With Prefer: wait=N as well, it is held for up to N seconds, until the list changes.`,
      params: Type.Object({ id: Type.String() }),
      headers: Type.Object({
        'if-none-match': Type.Optional(Type.String()),
        prefer: Type.Optional(Type.String({ description: `wait=N, N up to ${STATUS_LIST_MAX_WAIT_SECONDS} seconds` })),
      }),
      response: {
        200: {
          description: 'The signed list',
          content: { [STATUS_LIST_MEDIA_TYPE]: { schema: Type.String({ description: 'A JWT' }) } },
        },
        304: Type.Null({ description: 'Unchanged' }),
        ...failures(404, 503),
      },
    }
    const listConfig = { auth: 'none', timeLimit: false } as const
    app.get<{ Params: { id: string } }>(
      '/status-lists/:id',
      { config: listConfig, schema: listSchema },
      async (request, reply) => {
        const { id } = request.params
        if (!isStatusListId(id)) throw new AuthError('not_found')
        const known = etagsOf(request.headers['if-none-match'])
        const only = known.length === 1 && known[0] !== '*' ? known[0] : undefined
        const version = await statusLists.fetch(id, only, only === undefined ? undefined : holdOf(request, reply))
        if (version === null) throw new AuthError('not_found', undefined, {}, DROPPED)
        reply.header('cache-control', 'no-cache')
        if (version === 'unchanged') return reply.code(304).header('etag', only).send()
        reply.header('etag', version.etag)
        if (known.includes(version.etag) || known.includes('*')) return reply.code(304).send()
        return reply.type(STATUS_LIST_MEDIA_TYPE).send(sign(id, version, Date.now()))
      },
    )

    const keysSchema = {
      tags: ['issuer'],
      operationId: 'getPublicKeys',
      summary: 'Get the public keys',
      description: 'A JWK Set (RFC 7517). Empty in shared-secret mode.',
      response: {
        200: Type.Object({ keys: Type.Array(Type.Unknown()) }, { 'x-response-description': 'A JWK Set' }),
        ...failures(400),
      },
    }
    app.get('/.well-known/jwks.json', { config: { auth: 'none' }, schema: keysSchema }, async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60')
      return jwks
    })
  },
  { name: '@signet/publishing', fastify: '5.x', dependencies: ['@signet/issuing'] },
)

const DROPPED = 'This status list does not exist, or all its sessions have expired.'

/** What `If-None-Match` names, for the weak comparison (RFC 9110 section 13.1.2). */
const etagsOf = (ifNoneMatch: string | undefined): string[] =>
  (ifNoneMatch ?? '').split(',').flatMap((one) => one.trim().replace(/^W\//, '') || [])

/** Reads `Prefer: wait=N` (RFC 7240 section 4.3): 0 without a usable one, and never more than this issuer holds a request. */
function preferredWaitSeconds(prefer: string | string[] | undefined): number {
  const [, seconds] = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec([prefer ?? ''].flat().join(',')) ?? []
  return Math.min(Number(seconds ?? 0), STATUS_LIST_MAX_WAIT_SECONDS)
}

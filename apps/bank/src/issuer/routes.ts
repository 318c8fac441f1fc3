import {
  publicJwks,
  STATUS_LIST_MAX_WAIT_SECONDS,
  STATUS_LIST_MEDIA_TYPE,
  STATUS_LIST_RESIGN_SECONDS,
} from '@signet/auth/issuer'
import type { Hold, KeyRing, StatusListSource, StatusListVersion } from '@signet/auth/verifier'
import { type App, failures, ServiceError } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'

interface Published {
  readonly etag: string
  readonly token: string
  readonly signedAtMs: number
}

/** Signed lists in the cache, at most 30 KB each; the oldest are evicted first. Enough for 134 million sessions. */
const MAX_PUBLISHED = 1_024

export interface PublishingOptions {
  readonly statusLists: StatusListSource
  readonly keys: KeyRing
}

/** Registers the endpoints for verifiers: status lists and public keys. */
export const publishing = fastifyPlugin(publishingRoutes, {
  name: '@signet/bank-publishing',
  fastify: '5.x',
  dependencies: ['@signet/issuing'],
})

async function publishingRoutes(app: App, { statusLists, keys }: PublishingOptions): Promise<void> {
  const jwks = publicJwks(keys)
  const published = new Map<string, Published>()

  /** Signs a version, or returns its signature of the last half minute. */
  function sign(id: string, version: StatusListVersion): Published {
    const known = published.get(id)
    if (known?.etag === version.etag && Date.now() - known.signedAtMs < STATUS_LIST_RESIGN_SECONDS * 1000) return known
    const current = { etag: version.etag, token: app.signStatusList(id, version), signedAtMs: Date.now() }
    published.delete(id)
    published.set(id, current)
    const [oldest] = published.keys()
    if (published.size > MAX_PUBLISHED && oldest !== undefined) published.delete(oldest)
    return current
  }

  /** As the request prefers, unless too many responses are held. */
  function holdOf(request: FastifyRequest, reply: FastifyReply): Hold | undefined {
    const seconds = preferredWaitSeconds(request.headers.prefer)
    const signal = seconds > 0 ? app.heldResponses.hold(reply) : undefined
    if (!signal) return undefined
    reply.header('preference-applied', `wait=${seconds}`)
    return { seconds, signal }
  }

  app.get<{ Params: { id: string } }>(
    '/status-lists/:id',
    {
      config: { auth: 'none', timeLimit: false },
      schema: {
        tags: ['issuer'],
        operationId: 'getStatusList',
        summary: 'Get a list of revoked sessions',
        description: `A Token Status List, ${STATUS_LIST_MEDIA_TYPE}. With If-None-Match, the response for an unchanged list is 304. With Prefer: wait=N as well, it is held for up to N seconds, until the list changes.`,
        params: Type.Object({ id: Type.String() }),
        headers: Type.Object({
          'if-none-match': Type.Optional(Type.String()),
          prefer: Type.Optional(
            Type.String({ description: `wait=N, N up to ${STATUS_LIST_MAX_WAIT_SECONDS} seconds` }),
          ),
        }),
        response: {
          200: {
            description: 'The signed list',
            content: { [STATUS_LIST_MEDIA_TYPE]: { schema: Type.String({ description: 'A JWT' }) } },
          },
          304: Type.Null({ description: 'Unchanged' }),
          ...failures(404, 503),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      if (!/^(0|[1-9]\d{0,11})$/.test(id)) throw new ServiceError('not_found')
      const known = etagsOf(request.headers['if-none-match'])
      const only = known.length === 1 && known[0] !== '*' ? known[0] : undefined
      const version = await statusLists.fetch(id, only, only === undefined ? undefined : holdOf(request, reply))
      if (version === null) {
        throw new ServiceError('not_found', 'This status list does not exist, or all its sessions have expired.')
      }
      reply.header('cache-control', 'no-cache')
      if (version === 'unchanged') return reply.code(304).header('etag', only).send()
      reply.header('etag', version.etag)
      if (known.includes(version.etag) || known.includes('*')) return reply.code(304).send()
      return reply.type(STATUS_LIST_MEDIA_TYPE).send(sign(id, version).token)
    },
  )

  app.get(
    '/.well-known/jwks.json',
    {
      config: { auth: 'none' },
      schema: {
        tags: ['issuer'],
        operationId: 'getPublicKeys',
        summary: 'Get the public keys',
        description: 'A JWK Set (RFC 7517). Empty in shared-secret mode.',
        response: {
          200: Type.Object({ keys: Type.Array(Type.Unknown()) }, { 'x-response-description': 'A JWK Set' }),
          ...failures(400),
        },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60')
      return jwks
    },
  )
}

/** What `If-None-Match` names, for the weak comparison (RFC 9110 section 13.1.2). */
const etagsOf = (ifNoneMatch: string | undefined): string[] =>
  (ifNoneMatch ?? '').split(',').flatMap((one) => one.trim().replace(/^W\//, '') || [])

/** Reads `Prefer: wait=N` (RFC 7240 section 4.3): 0 without a usable one, and never more than this issuer holds a request. */
function preferredWaitSeconds(prefer: string | string[] | undefined): number {
  const [, seconds] = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?:[,;]|$)/i.exec([prefer ?? ''].flat().join(',')) ?? []
  return Math.min(Number(seconds ?? 0), STATUS_LIST_MAX_WAIT_SECONDS)
}

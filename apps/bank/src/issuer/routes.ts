import { publicJwks, STATUS_LIST_MEDIA_TYPE, STATUS_LIST_RESIGN_SECONDS } from '@signet/auth/issuer'
import type { KeyRing, StatusListSource } from '@signet/auth/verifier'
import { type App, failures, ServiceError } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'

interface Published {
  readonly etag: string
  readonly token: string
  readonly signedAtMs: number
}

/** Lists whose last signature is remembered, of at most 30 KB each; the oldest go first. Enough for 134 million sign-ins. */
const MAX_PUBLISHED = 1_024

export interface PublishingOptions {
  readonly statusLists: StatusListSource
  readonly keys: KeyRing
}

/** Publishes what verifiers need: status lists and public keys. */
export const publishing = fastifyPlugin(publishingRoutes, {
  name: '@signet/bank-publishing',
  fastify: '5.x',
  dependencies: ['@signet/issuing'],
})

async function publishingRoutes(app: App, { statusLists, keys }: PublishingOptions): Promise<void> {
  const jwks = publicJwks(keys)
  const published = new Map<string, Published>()

  async function publish(id: string): Promise<Published> {
    const known = published.get(id)
    const fresh = known && Date.now() - known.signedAtMs < STATUS_LIST_RESIGN_SECONDS * 1000 ? known : undefined
    const version = await statusLists.fetch(id, fresh?.etag)
    if (version === null)
      throw new ServiceError('not_found', 'There is no such status list, or all its sign-ins are over.')
    if (version === 'unchanged' && fresh) return fresh
    if (version === 'unchanged') throw new TypeError('a list without a known version cannot be unchanged')
    const current = { etag: version.etag, token: app.signStatusList(id, version), signedAtMs: Date.now() }
    published.delete(id)
    published.set(id, current)
    const [oldest] = published.keys()
    if (published.size > MAX_PUBLISHED && oldest !== undefined) published.delete(oldest)
    return current
  }

  app.get<{ Params: { id: string } }>(
    '/status-lists/:id',
    {
      config: { auth: 'none' },
      schema: {
        tags: ['issuer'],
        operationId: 'getStatusList',
        summary: 'Which sign-ins have been ended',
        description: `A Token Status List, ${STATUS_LIST_MEDIA_TYPE}. Send If-None-Match: an unchanged list is answered 304.`,
        params: Type.Object({ id: Type.String() }),
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
      if (!/^(0|[1-9]\d{0,11})$/.test(request.params.id)) throw new ServiceError('not_found')
      const { etag, token } = await publish(request.params.id)
      reply.header('etag', etag).header('cache-control', 'no-cache')
      if (names(request.headers['if-none-match'], etag)) return reply.code(304).send()
      return reply.type(STATUS_LIST_MEDIA_TYPE).send(token)
    },
  )

  app.get(
    '/.well-known/jwks.json',
    {
      config: { auth: 'none' },
      schema: {
        tags: ['issuer'],
        operationId: 'getPublicKeys',
        summary: 'Public keys',
        description: 'RFC 7517. Empty where the services share a secret.',
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

/** Whether `If-None-Match` names this version, by the weak comparison (RFC 9110 section 13.1.2). */
function names(ifNoneMatch: string | undefined, etag: string): boolean {
  const named = (ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''))
  return named.includes(etag) || ifNoneMatch === '*'
}

import type { FastifyInstance, HTTPMethods } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import findMyWay from 'find-my-way'

declare module 'fastify' {
  interface FastifyInstance {
    methodIndex: ReturnType<typeof findMyWay>
    indexedMethods: Set<HTTPMethods>
  }
}

/** Indexes the routes by path, so that a known path with another method gets 405 instead of 404. */
export const methodIndex = fastifyPlugin(
  async (app) => {
    app.decorate('methodIndex', findMyWay({ ignoreTrailingSlash: true }))
    app.decorate('indexedMethods', new Set<HTTPMethods>())
    app.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat() as HTTPMethods[]) {
        if (app.methodIndex.hasRoute(one as Parameters<typeof app.methodIndex.hasRoute>[0], url)) continue
        app.methodIndex.on(one as Parameters<typeof app.methodIndex.hasRoute>[0], url, () => {})
        app.indexedMethods.add(one)
      }
    })
  },
  { name: '@signet/method-index', fastify: '5.x' },
)

/** Returns the methods that the path of a request supports, for the `Allow` header (RFC 9110, section 10.2.1). */
export function allowedMethods(app: FastifyInstance, url: string): string[] {
  const path = url.split('?', 1)[0] ?? '/'
  return [...app.indexedMethods].filter(
    (method) => app.methodIndex.find(method as Parameters<typeof app.methodIndex.hasRoute>[0], path) !== null,
  )
}

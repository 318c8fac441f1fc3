import fastifyStatic from '@fastify/static'
import { assetsFolder, assetUrl } from '@signet/ui'
import type { FastifyError } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

/** Marks an address that names this very content, as pages do: a browser may keep the answer for ever. */
const FOR_EVER = 'public, max-age=31536000, immutable'
/** A script that imports another names no version: the browser asks whether what it has is still right. */
const ASK_AGAIN = 'no-cache'

/** Style sheet, icons and scripts of the pages. */
export const assets = fastifyPlugin(
  async (app) => {
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, auth: 'none', traced: false }
        route.schema = { ...route.schema, hide: true }
      })
      scope.addHook('onSend', async (request, reply) => {
        if (reply.statusCode < 400) {
          reply.header('cache-control', namesThisVersion(request.url) ? FOR_EVER : ASK_AGAIN)
        }
      })
      // A path that names no file of ours, in whatever way, is one that is not there.
      scope.setErrorHandler((error: FastifyError, _request, reply) => {
        if (error.statusCode === 400 || error.statusCode === 403) return reply.callNotFound()
        throw error
      })
      await scope.register(fastifyStatic, {
        root: assetsFolder,
        prefix: '/assets/',
        index: false,
        cacheControl: false,
      })
    })
  },
  { name: '@signet/assets', fastify: '5.x' },
)

function namesThisVersion(url: string): boolean {
  const [path = ''] = url.split('?')
  return url !== path && url === assetUrl(path.slice('/assets/'.length))
}

import fastifyStatic from '@fastify/static'
import { assetsFolder } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'

/** Style sheet, icons and scripts of the pages. Their URLs carry a hash of their content, so they never go stale. */
export const assets = fastifyPlugin(
  async (app) => {
    await app.register(async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, auth: 'none' }
        route.schema = { ...route.schema, hide: true }
      })
      await scope.register(fastifyStatic, {
        root: assetsFolder,
        prefix: '/assets/',
        index: false,
        cacheControl: false,
        setHeaders: (reply) => {
          reply.header('cache-control', 'public, max-age=31536000, immutable')
        },
      })
    })
  },
  { name: '@signet/assets', fastify: '5.x' },
)

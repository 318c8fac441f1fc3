import fastifyStatic from '@fastify/static'
import { type Assets, uiAssets } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The folders whose files are served at `/assets/`. A plugin may add its own. */
    readonly assetFolders: Assets[]
  }
}

/** Marks an address that names this very content, as pages do: a browser may keep the answer for ever. */
const FOR_EVER = 'public, max-age=31536000, immutable'
/** A script that imports another names no version: the browser asks whether what it has is still right. */
const ASK_AGAIN = 'no-cache'

/** Style sheets, icons and scripts of the pages. Only files that were there at start are served. */
export const assets = fastifyPlugin(
  async (app) => {
    const folders = [uiAssets]
    app.decorate('assetFolders', folders)
    const folderOf = (name: string) => folders.find(({ names }) => names.has(name))

    // In a context of its own, so that hooks which are added to the root context later do not concern assets.
    await app.register(async (scope) => {
      await scope.register(fastifyStatic, { root: uiAssets.folder, serve: false, cacheControl: false })
      scope.get<{ Params: { '*': string } }>(
        '/assets/*',
        {
          config: { auth: 'none' },
          schema: { hide: true },
          onSend: async (request, reply) => {
            if (reply.statusCode >= 400) return
            const name = request.params['*']
            reply.header('cache-control', request.url === folderOf(name)?.urlOf(name) ? FOR_EVER : ASK_AGAIN)
          },
        },
        (request, reply) => {
          const name = request.params['*']
          const found = folderOf(name)
          return found ? reply.sendFile(name, found.folder) : reply.callNotFound()
        },
      )
    })
  },
  { name: '@signet/assets', fastify: '5.x' },
)

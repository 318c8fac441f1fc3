import fastifyStatic from '@fastify/static'
import { type Assets, uiAssets } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** The folders whose files are served at `/assets/`. A plugin may add its own. */
    readonly assetFolders: Assets[]
  }
}

/** For a URL with the hash of the content, as pages use it: a browser may cache it forever. */
const IMMUTABLE = 'public, max-age=31536000, immutable'
/** For a URL without a hash, as in imports of scripts: the browser revalidates its copy. */
const REVALIDATE = 'no-cache'

/** Serves style sheets, icons and scripts of pages. Only files that existed at start are served. */
export const assets = fastifyPlugin(
  async (app) => {
    const folders = [uiAssets]
    app.decorate('assetFolders', folders)
    const folderOf = (name: string) => folders.find(({ names }) => names.has(name))

    // In its own context, so that hooks of the root context do not apply to assets.
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
            reply.header('cache-control', request.url === folderOf(name)?.urlOf(name) ? IMMUTABLE : REVALIDATE)
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
  { name: '@signet/assets' },
)

import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import fastifyPlugin from 'fastify-plugin'

/**
 * Compresses pages, style sheets and scripts, but not JSON: it is small, and the length of a compressed response can reveal a
 * secret next to text that an attacker chose (BREACH). Pages contain no secret.
 */
export const compression = fastifyPlugin(
  async (app) => {
    app.addHook('onRoute', (route) => {
      if (route.url.startsWith('/api/')) route.compress = false
    })
    await app.register(compress, {
      encodings: ['br', 'gzip'],
      // `body-parsing.ts` refuses compressed bodies.
      globalDecompression: false,
      threshold: 1_024,
      customTypes: /^(text\/(html|css|javascript)|image\/svg\+xml)/,
      // The best quality takes a hundred times longer and saves a tenth more.
      brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    })
  },
  { name: '@signet/compression' },
)

import { constants } from 'node:zlib'
import compress from '@fastify/compress'
import fastifyPlugin from 'fastify-plugin'

/**
 * Pages, style sheets and scripts travel compressed. JSON answers do not: they are small, and one that mixes a secret
 * with what an attacker chose would tell its length (BREACH). Our pages hold no secret.
 */
export const compression = fastifyPlugin(
  async (app) => {
    app.addHook('onRoute', (route) => {
      if (route.url.startsWith('/api/')) route.compress = false
    })
    await app.register(compress, {
      encodings: ['br', 'gzip'],
      // Bodies are taken as they are (`body-parsing.ts`).
      globalDecompression: false,
      threshold: 1_024,
      customTypes: /^(text\/(html|css|javascript)|image\/svg\+xml)/,
      // The best quality takes a hundred times as long as this one, for a tenth less.
      brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
    })
  },
  { name: '@signet/compression', fastify: '5.x' },
)

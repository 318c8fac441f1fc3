import { authentication, followStatusLists, httpStatusListSource, parseSecrets } from '@signet/auth/verifier'
import Fastify, { type FastifyInstance } from 'fastify'
import { CLIENT_ID, TOKEN_TTL_SECONDS, tokenCookie } from './shared.js'

/** Creates the verifier: it authenticates the issuer's users without calling the issuer. It only fetches the status list. */
export async function createVerifier(audience: string, issuer: string, issuerUrl: string, secret: string) {
  const app: FastifyInstance = Fastify()
  const keys = parseSecrets(secret)
  const source = httpStatusListSource({ keys, issuer, internalUrl: issuerUrl })
  const statusLists = followStatusLists({ issuer, source, maxAgeSeconds: 60 })
  app.addHook('onClose', async () => statusLists.close())
  const common = { keys, issuer, clientId: CLIENT_ID, accessTokenTtlSeconds: TOKEN_TTL_SECONDS }
  await app.register(authentication, { ...common, audience, tokenCookie, statusLists })
  app.get('/basket', async ({ identity }) => ({ basketOf: identity?.name }))
  return app
}

import {
  authentication,
  followStatusLists,
  httpStatusListSource,
  logout,
  parseSecrets,
  sameOrigin,
} from '@signet/auth/verifier'
import Fastify, { type FastifyInstance } from 'fastify'
import { common, cookieScope } from './shared.js'

/** Creates the verifier: it authenticates the issuer's users without calling the issuer. It only fetches the status list. */
export async function createVerifier(audience: string, issuer: string, issuerUrl: string, secret: string) {
  const app: FastifyInstance = Fastify()
  const keys = parseSecrets(secret)
  const source = httpStatusListSource({ keys, issuer, internalUrl: issuerUrl })
  const statusLists = followStatusLists({ issuer, source, maxAgeSeconds: 60 })
  app.addHook('onClose', async () => statusLists.close())

  await app.register(sameOrigin, { origin: audience })
  await app.register(authentication, { ...common, keys, issuer, audience, statusLists })
  await app.register(logout, { internalUrl: issuerUrl, cookieScope, statusLists })

  app.get('/api/basket', async ({ identity }) => ({ basketOf: identity?.name }))
  app.get('/basket', { config: { auth: 'optional' } }, async ({ identity, authError, url }, reply) => {
    if (identity) return reply.type('text/plain').send(`The basket of ${identity.name}`)
    const query = new URLSearchParams({ return_to: audience + url, reason: authError?.reason ?? '' })
    return reply.redirect(`${issuer}/sign-in?${query}`, 303)
  })
  return app
}

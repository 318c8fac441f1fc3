import { generateKeyPairSync } from 'node:crypto'
import type { SessionStore } from '@fastify/session'
import Fastify, { type FastifyInstance } from 'fastify'
import { issuing, parsePrivateJwks } from '../../src/issuer.js'
import { type AuthError, authentication, defineCookie, type KeyRing } from '../../src/verifier.js'
import { BANK, NOW, PERSON, RETIREMENT, tokenCookie } from '../support.js'

const cookie = defineCookie('shared_session', { prefix: 'signet', domain: 'signet.localhost', secure: false })

/** A separate Ed25519 key. */
export function keyPair(kid: string): KeyRing {
  const jwk = { ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' }
  return parsePrivateJwks(JSON.stringify({ keys: [jwk] }))
}

const storeOf = (rows: Map<string, string>): SessionStore => ({
  get: (key, callback) => callback(null, rows.has(key) ? JSON.parse(rows.get(key) ?? '') : null),
  set: (key, session, callback) => {
    rows.set(key, JSON.stringify(session))
    callback()
  },
  destroy: (key, callback) => {
    rows.delete(key)
    callback()
  },
})

/** Creates a service with a key ring, with which the issuer signs too, and sessions in these rows. */
export async function sessionService(
  rows: Map<string, string>,
  keys: KeyRing,
  audience: string,
): Promise<FastifyInstance> {
  const app = Fastify()
  app.setErrorHandler((error: AuthError, _request, reply) =>
    reply.code(error.statusCode ?? 500).send({ code: error.code, detail: error.detail }),
  )
  await app.register(authentication, {
    keys,
    tokenCookie,
    issuer: BANK,
    clientId: 'bank',
    audience,
    accessTokenTtlSeconds: 300,
    sessions: [{ strategy: 'shared-session', cookie, store: storeOf(rows), idleTtlSeconds: 3_600 }],
  })
  if (audience === BANK) {
    const audiences = [BANK, RETIREMENT]
    await app.register(issuing, { keys, issuer: BANK, clientId: 'bank', audiences, accessTokenTtlSeconds: 300 })
  }
  app.get('/', async ({ identity }) => ({ identity }))
  app.post<{ Body: { username: string; ageSeconds?: number } }>(
    '/log-in',
    { config: { auth: 'none' } },
    async ({ body: { username, ageSeconds = 0 } }, reply) => {
      const times = { authTimeSeconds: NOW - ageSeconds, expiresBySeconds: NOW + 43_200 }
      const subject = { ...PERSON, username, ...times, statusNumber: 7n }
      const sessions = app.serverSessions.get('shared-session')
      await sessions?.create(reply, (sessionId) => app.issueSessionRecord(subject, sessionId), 43_200)
      return {}
    },
  )
  await app.ready()
  return app
}

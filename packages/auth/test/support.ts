import { createHmac } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { issuing, labIssuing } from '../src/issuer.js'
import { type AuthError, authentication, defineCookie, parseSecrets, sameOrigin } from '../src/verifier.js'

export const BANK = 'http://bank.signet.localhost:3001'
export const RETIREMENT = 'http://retirement.signet.localhost:3002'
export const SECRET = 'a-secret-for-tests-of-at-least-32-bytes'
export const KEYS = parseSecrets(`k1:${SECRET},k0:an-older-secret-of-at-least-32-bytes-too`)
export const NOW = 1_800_000_000
export const PERSON = { id: 'u-1', username: 'ada', name: 'Ada Lovelace', sid: 's-1' }
export const STATUS = { status_list: { idx: 7, uri: `${BANK}/status-lists/0` } }
export const tokenCookie = defineCookie('signet_token', { domain: 'signet.localhost', secure: false })

/** A service with one route of each kind, its clock frozen at `now()`. */
export async function createApp({
  audience = RETIREMENT,
  keys = KEYS,
  issuer = false,
  now = () => NOW,
  extend = () => {},
}: {
  audience?: string
  keys?: typeof KEYS
  issuer?: boolean
  now?: () => number
  /** Adds routes before the service is ready. */
  extend?: (app: FastifyInstance) => void
} = {}): Promise<FastifyInstance> {
  const app = Fastify()
  app.setErrorHandler((error: AuthError, _request, reply) =>
    reply.code(error.statusCode).headers(error.headers).send({ code: error.code, message: error.message }),
  )
  await app.register(sameOrigin, { origin: audience })
  await app.register(authentication, {
    keys,
    tokenCookie,
    issuer: BANK,
    audience,
    accessTokenTtlSeconds: 300,
    clock: now,
  })
  if (issuer) {
    const audiences = [BANK, RETIREMENT]
    await app.register(issuing, { keys, issuer: BANK, audiences, accessTokenTtlSeconds: 300, clock: now })
    await app.register(labIssuing, { keys, accessTokenTtlSeconds: 300, clock: now })
  }
  app.get('/required', async ({ identity }) => ({ identity }))
  app.get('/optional', { config: { auth: 'optional' } }, async ({ identity, authError }) => ({
    identity,
    code: authError?.code ?? null,
  }))
  app.post('/ending', { config: { auth: 'ending' } }, async ({ identity }) => ({ identity }))
  app.get('/page', { config: { page: true } }, async ({ identity }) => ({ identity }))
  app.get('/none', { config: { auth: 'none' } }, async ({ identity }) => ({ identity }))
  extend(app)
  await app.ready()
  return app
}

export async function issueToken(now = NOW): Promise<string> {
  const app = await createApp({ issuer: true, audience: BANK, now: () => now })
  const { token } = app.issueToken({
    ...PERSON,
    authTimeSeconds: now,
    expiresBySeconds: now + 43_200,
    statusNumber: 7n,
  })
  await app.close()
  return token
}

export async function issueLabToken(keys = KEYS, made?: { expired?: boolean }): Promise<string> {
  const app = await createApp({ issuer: true, audience: BANK, keys })
  const token = app.issueLabToken(CLAIMS, made)
  await app.close()
  return token
}

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

export const HEADER = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' }

export const CLAIMS = {
  iss: BANK,
  client_id: 'bank' as const,
  aud: [BANK, RETIREMENT],
  sub: 'u-1',
  id: 'u-1',
  username: 'ada',
  name: 'Ada Lovelace',
  sid: 's-1',
  jti: 'j-1',
  iat: NOW,
  exp: NOW + 300,
  auth_time: NOW,
  amr: ['pwd'],
  status: STATUS,
}

/** Signs whatever header and payload: what somebody could do who holds the secret but not our issuer. */
export function forge(payload: unknown, header: unknown = HEADER, { secret = SECRET, hash = 'sha256' } = {}): string {
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${createHmac(hash, secret).update(input).digest('base64url')}`
}

import { mock } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { encode, jws } from '../conformance/jws.js'
import { issuing, twinIssuing } from '../src/issuer.js'
import {
  type AuthError,
  type AuthenticationOptions,
  authentication,
  defineCookie,
  parseSecrets,
  sameOrigin,
} from '../src/verifier.js'

export const BANK = 'http://bank.signet.localhost:3001'
export const RETIREMENT = 'http://retirement.signet.localhost:3002'
export const SECRET = 'a-secret-for-tests-of-at-least-32-bytes'
export const KEYS = parseSecrets(`k1:${SECRET},k0:an-older-secret-of-at-least-32-bytes-too`)
export const NOW = 1_800_000_000
export const PERSON = { id: 'u-1', username: 'ada', name: 'Ada Lovelace', sid: 's-1' }
export const STATUS = { status_list: { idx: 7, uri: `${BANK}/status-lists/0` } }
export const tokenCookie = defineCookie('token', { prefix: 'signet', domain: 'signet.localhost', secure: false })

/** Freezes the clock at {@link NOW}, because the library reads it itself. Applies to all files of a process. */
export const freezeClock = (): void => {
  if (Date.now() !== NOW * 1_000) mock.timers.enable({ apis: ['Date'], now: NOW * 1_000 })
}
export const setClock = (seconds: number): void => mock.timers.setTime(seconds * 1_000)

/** Status lists for tests that watch no request. */
export const unwatched = { onRevoked: () => () => {} }

/** The `typ` of twins in these tests. */
export const TWIN_TYP = 'lab+jwt'

/** A service with one route of each kind. */
export async function createApp({
  audience = RETIREMENT,
  keys = KEYS,
  issuer = false,
  statusLists,
  extend = () => {},
}: {
  audience?: string
  keys?: typeof KEYS
  issuer?: boolean
  statusLists?: AuthenticationOptions['statusLists']
  /** Adds routes before the service is ready. */
  extend?: (app: FastifyInstance) => void | Promise<void>
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
    clientId: 'bank',
    audience,
    accessTokenTtlSeconds: 300,
    ...(statusLists ? { statusLists } : {}),
  })
  if (issuer) {
    const audiences = [BANK, RETIREMENT]
    await app.register(issuing, { keys, issuer: BANK, clientId: 'bank', audiences, accessTokenTtlSeconds: 300 })
    await app.register(twinIssuing, { keys, typ: TWIN_TYP, accessTokenTtlSeconds: 300 })
  }
  app.get('/required', async ({ identity }) => ({ identity }))
  app.get('/optional', { config: { auth: 'optional' } }, async ({ identity, authError }) => ({
    identity,
    code: authError?.code ?? null,
  }))
  app.post('/allow-expired', { config: { auth: 'allow-expired' } }, async ({ identity, authError }) => ({
    identity,
    code: authError?.code ?? null,
  }))
  app.get('/page', { config: { page: true } }, async ({ identity }) => ({ identity }))
  app.get('/none', { config: { auth: 'none' } }, async ({ identity }) => ({ identity }))
  await extend(app)
  await app.ready()
  return app
}

export async function issueToken(): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  const app = await createApp({ issuer: true, audience: BANK })
  const { token } = app.issueToken({
    ...PERSON,
    authTimeSeconds: now,
    expiresBySeconds: now + 43_200,
    statusNumber: 7n,
  })
  await app.close()
  return token
}

export async function issueTwin(keys = KEYS, options?: { expired?: boolean }): Promise<string> {
  const app = await createApp({ issuer: true, audience: BANK, keys })
  const token = app.issueTwin(CLAIMS, options)
  await app.close()
  return token
}

export const HEADER = { alg: 'HS256', typ: 'at+jwt', kid: 'k1' }

export const CLAIMS = {
  iss: BANK,
  client_id: 'bank',
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

/** Signs any header and payload, as an attacker with the secret could. */
export function forge(payload: unknown, header: unknown = HEADER, { secret = SECRET } = {}): string {
  return jws(payload, header, { alg: 'HS256', signingKey: secret })
}

export { encode }

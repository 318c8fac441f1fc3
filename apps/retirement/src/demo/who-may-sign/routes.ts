import type { RingKey } from '@signet/auth/verifier'
import { ask, membersOf, tokenLab, unavailable } from '@signet/demo'
import { type App, callContext, pageRoute, ServiceError, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import type { RetirementServiceOptions } from '../../service.js'
import { forge } from './forge.js'
import { type Tried, WhoMaySignPage } from './page.js'

/** Registers `/token`, and `/who-may-sign`, which forges a token with a verifier's key. Demo only. */
export async function labRoutes(app: App, { keys, config }: Omit<RetirementServiceOptions, 'db'>): Promise<void> {
  const { BANK_INTERNAL_URL: bankInternalUrl, JWT_SECRET: secrets } = config
  const holdsSecret = secrets !== undefined

  function ownToken({ accessToken }: FastifyRequest): string {
    if (accessToken === null) throw new TypeError('this route needs a request with a token')
    return accessToken
  }

  /** Sends a token to the bank. @throws {ServiceError} `unavailable` with this sentence when the bank does not respond. */
  const askBank = (request: FastifyRequest, token: string, path: string, sentence: string, body?: object) =>
    ask(bankInternalUrl, path, {
      context: callContext(request),
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${token}` },
      body,
    }).catch(unavailable(sentence))

  await tokenLab(app, {
    service: 'retirement',
    config,
    keys,
    // Retirement does not sign tokens.
    labToken: async (request, _claims, made) => {
      const sentence = 'We can’t get a lab token from the bank right now. Try again in a moment.'
      const { status, body } = await askBank(request, ownToken(request), '/labs/token', sentence, made)
      const { data } = body as { data?: unknown }
      if (status === 200 && typeof data === 'string') return data
      return unavailable(sentence)(new Error(`the bank answered ${status}`))
    },
  })

  /** Returns the shared secret, or the public key of the user's own token. */
  async function verificationKey(request: FastifyRequest): Promise<RingKey> {
    const key = secrets?.first ?? (await keys.find(String(membersOf(ownToken(request), 'header').kid)))
    if (!key) throw new TypeError('the key that verified this request is no longer available')
    return key
  }

  app.get('/who-may-sign', pageRoute(), async (request, reply) => {
    const hasToken = signedIn(request).strategy === 'jwt'
    return reply.page(WhoMaySignPage({ frame: request.pageFrame('token'), holdsSecret, hasToken }))
  })

  app.post('/who-may-sign', pageRoute(), async (request, reply) => {
    const identity = signedIn(request)
    if (identity.strategy !== 'jwt')
      throw new ServiceError('forbidden', 'Forging a token needs a token. Sign in with “A signed token” first.')
    const nowSeconds = Math.floor(request.receivedAtMs / 1000)
    const forgeries = forge(await verificationKey(request), identity.claims, nowSeconds)
    const tried = await Promise.all(
      forgeries.map(async ({ means, token }): Promise<Tried> => {
        const sentence = 'The bank did not respond, so the token was not verified. Try again in a moment.'
        const { verdict } = await askBank(request, token, '/api/me', sentence)
        const answer = verdict.genuine ? '200, accepted' : (verdict.code ?? 'refused')
        request.noteAsked({ whom: 'bank', what: 'GET /api/me, forged token', answer })
        return { means, verdict }
      }),
    )
    return reply.page(WhoMaySignPage({ frame: request.pageFrame('token'), holdsSecret, hasToken: true, tried }))
  })
}

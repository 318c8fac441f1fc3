import type { KeyRing, KeySource } from '@signet/auth/verifier'
import { membersOf, tokenLab } from '@signet/demo'
import { type App, callContext, pageRoute, ServiceError, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import { askBank } from './ask-bank.js'
import { forge, type Held } from './forge.js'
import { fetchLabToken } from './lab-token.js'
import { type Tried, WhoMaySignPage } from './page.js'

export interface LabRoutesOptions {
  readonly keys: KeySource
  /** The secrets that this service shares with the bank; undefined in public-key mode. */
  readonly secrets: KeyRing | undefined
  readonly bankUrl: string
  readonly bankInternalUrl: string
}

/** Registers `/token`, and `/who-may-sign`, which forges a token with a verifier's key. Demo only. */
export async function labRoutes(app: App, options: LabRoutesOptions): Promise<void> {
  const { keys, secrets, bankUrl, bankInternalUrl } = options
  function ownToken({ accessToken }: FastifyRequest): string {
    if (accessToken === null) throw new TypeError('this route needs a request with a token')
    return accessToken
  }

  await tokenLab(app, {
    service: 'retirement',
    keys,
    sibling: { service: 'bank', internalUrl: bankInternalUrl },
    labToken: (request, _claims, made) => fetchLabToken(bankInternalUrl, ownToken(request), made, callContext(request)),
    whoMaySignUrl: '/who-may-sign',
  })

  /** Returns the shared secret, or the public key of the user's own token. */
  async function held(request: FastifyRequest): Promise<Held> {
    if (secrets) return { alg: 'HS256', kid: secrets.first.kid, secret: secrets.first.verificationKey }
    const kid = String(membersOf(ownToken(request), 'header').kid)
    const key = await keys.find(kid)
    if (!key) throw new TypeError('the key that verified this request is no longer available')
    return { alg: 'EdDSA', kid, publicKey: key.verificationKey }
  }

  app.get('/who-may-sign', pageRoute(), async (request, reply) => {
    const hasToken = signedIn(request).strategy === 'jwt'
    return reply.page(
      WhoMaySignPage({ frame: request.pageFrame('token'), holdsSecret: secrets !== undefined, hasToken }),
    )
  })

  app.post('/who-may-sign', pageRoute(), async (request, reply) => {
    const identity = signedIn(request)
    if (identity.strategy !== 'jwt')
      throw new ServiceError('forbidden', 'Forging a token needs a token. Sign in with “A signed token” first.')
    const nowSeconds = Math.floor(request.receivedAtMs / 1000)
    const attempts = forge(await held(request), { bank: bankUrl, status: identity.claims.status, nowSeconds })
    const tried = await Promise.all(
      attempts.map(async ({ means, token }): Promise<Tried> => {
        const verdict = await askBank(bankInternalUrl, token, callContext(request))
        const answer = verdict.genuine ? '200, accepted' : (verdict.code ?? 'refused')
        request.noteAsked({ whom: 'bank', what: 'GET /api/me, forged token', answer })
        return { means, verdict }
      }),
    )
    return reply.page(
      WhoMaySignPage({ frame: request.pageFrame('token'), holdsSecret: secrets !== undefined, hasToken: true, tried }),
    )
  })
}

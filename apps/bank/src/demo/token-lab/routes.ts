import { twinIssuing } from '@signet/auth/issuer'
import { LAB_TOKEN_TYP, tokenLab } from '@signet/demo'
import { type App, failures, ok, ServiceError, Success, signedIn } from '@signet/service'
import Type from 'typebox'
import type { BankDemoOptions } from '../options.js'

/** Registers `/token`, and `POST /labs/token`, which signs lab tokens for retirement. Demo only. */
export async function labRoutes(app: App, { config, keys }: BankDemoOptions): Promise<void> {
  await app.register(twinIssuing, { keys, typ: LAB_TOKEN_TYP, accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL })

  app.post(
    '/labs/token',
    {
      schema: {
        tags: ['labs'],
        operationId: 'createLabToken',
        summary: 'Create a lab token',
        description:
          'Returns a copy of the request’s token with typ lab+jwt, which authenticates no request. Available with DEMO=1 only.',
        body: Type.Object({ expired: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
        response: { 200: Success(Type.String({ description: 'A JWT' })), ...failures(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const identity = signedIn(request)
      if (identity.strategy !== 'jwt')
        throw new ServiceError('not_found', 'Your session has no token. Sign in with “A signed token” first.')
      return ok(app.issueTwin(identity.claims, request.body))
    },
  )

  await tokenLab(app, {
    service: 'bank',
    config,
    keys,
    labToken: async (_request, claims, made) => app.issueTwin(claims, made),
  })
}

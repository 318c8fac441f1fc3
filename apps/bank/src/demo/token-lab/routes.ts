import { twinIssuing } from '@signet/auth/issuer'
import type { KeyRing } from '@signet/auth/verifier'
import { LAB_TOKEN_TYP, tokenLab } from '@signet/demo'
import { type App, failures, ok, ServiceError, Success, signedIn } from '@signet/service'
import Type from 'typebox'

export interface LabRoutesOptions {
  readonly keys: KeyRing
  readonly accessTokenTtlSeconds: number
  readonly retirementUrl: string
  readonly retirementInternalUrl: string
}

/** Tokens to look at: `/token` here, and for retirement, which cannot make one. Only for a demo. */
export async function labRoutes(app: App, options: LabRoutesOptions): Promise<void> {
  const { keys, accessTokenTtlSeconds, retirementUrl, retirementInternalUrl } = options
  await app.register(twinIssuing, { keys, typ: LAB_TOKEN_TYP, accessTokenTtlSeconds })

  app.post<{ Body: { expired?: boolean } }>(
    '/labs/token',
    {
      schema: {
        tags: ['labs'],
        operationId: 'createLabToken',
        summary: 'A token to look at',
        description:
          'A twin of the token that is presented, of the kind lab+jwt, which signs nobody in. Only where DEMO is 1.',
        body: Type.Object({ expired: Type.Optional(Type.Boolean()) }, { additionalProperties: false }),
        response: { 200: Success(Type.String({ description: 'A JWT' })), ...failures(400, 401, 403, 404, 503) },
      },
    },
    async (request) => {
      const identity = signedIn(request)
      if (identity.strategy !== 'jwt') throw new ServiceError('not_found', 'This sign-in has no token.')
      return ok(app.issueTwin(identity.claims, request.body))
    },
  )

  await tokenLab(app, {
    service: 'bank',
    keys,
    sibling: { service: 'retirement', internalUrl: retirementInternalUrl },
    labToken: async (_request, claims, made) => app.issueTwin(claims, made),
    whoMaySignUrl: `${retirementUrl}/who-may-sign`,
  })
}

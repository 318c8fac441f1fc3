import { AuthError } from '@signet/auth/verifier'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'

/** The `typ` of lab tokens: copies of access tokens that every other route refuses. */
export const LAB_TOKEN_TYP = 'lab+jwt'

/** The result of verifying a token at one service. */
export const Verdict = Type.Object(
  {
    genuine: Type.Boolean(),
    /** The error code; null for a valid token. */
    code: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    sentence: Type.String({ maxLength: 512 }),
    /** The log's detail; null for a valid token, and when only the response to a client is known. */
    detail: Type.Union([Type.String({ maxLength: 512 }), Type.Null()]),
    service: Type.String({ maxLength: 64 }),
    /** The process that answered. */
    instance: Type.String({ maxLength: 128 }),
  },
  { additionalProperties: false },
)
export type Verdict = Static<typeof Verdict>

export const GENUINE = {
  genuine: true,
  code: null,
  sentence: 'The bank signed this token for this use.',
  detail: null,
}

/**
 * Verifies a lab token in this process with the checks of access tokens. For access tokens `detail` goes to the log only;
 * a lab token authenticates no request, so the page may show it.
 */
export async function examineHere(
  request: FastifyRequest,
  token: string,
  { service, instance }: Pick<Verdict, 'service' | 'instance'>,
): Promise<Verdict> {
  try {
    await request.verifyToken(token, { typ: LAB_TOKEN_TYP })
    return { ...GENUINE, service, instance }
  } catch (error) {
    if (!(error instanceof AuthError)) throw error
    return {
      genuine: false,
      code: error.code,
      sentence: error.message,
      detail: error.detail ?? null,
      service,
      instance,
    }
  }
}

import { AuthError } from '@signet/auth/verifier'
import type { FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'

/** The kind of token that the lab shows and changes: a twin of an access token, which every route refuses. */
export const LAB_TOKEN_TYP = 'lab+jwt'

/** What one verifier says of a token that was put to it. */
export const Verdict = Type.Object(
  {
    genuine: Type.Boolean(),
    /** The code of the refusal; null for a genuine token. */
    code: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    sentence: Type.String({ maxLength: 512 }),
    /** What the log is told; null for a genuine token, and where only the answer to a client is known. */
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
  sentence: 'Genuine: signed by the bank, and meant for this use.',
  detail: null,
}

/**
 * The verdict of this very process, by the checks that every access token passes. Elsewhere `detail` is for the log alone;
 * of a token that opens nothing it may be told, and says best why a token is refused.
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

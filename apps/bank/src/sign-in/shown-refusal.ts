import { AuthError } from '@signet/auth/verifier'
import { isTooOften, ServiceError } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Why a form was refused. */
export interface ShownRefusal {
  readonly code: string
  readonly sentence: string
}

/**
 * Returns a refusal that a form shows, and sets the status of the response. Throws every other error, such as a session that has
 * ended or a database that is down.
 */
export function shownRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): ShownRefusal {
  const isWrongPassword = error instanceof AuthError && error.code === 'invalid_credentials'
  if (!isWrongPassword && !isTooOften(error) && !(error instanceof ServiceError && error.statusCode < 500)) throw error
  const { code, message, statusCode, headers } = error
  request.log.info({ code }, 'form refused')
  reply.code(statusCode).headers(headers)
  return { code, sentence: isWrongPassword ? 'The password is wrong. Try again.' : message }
}

/**
 * Returns the sentence of a refusal that a page of a signed-out user shows, and sets the status of the response. Throws every other
 * error.
 */
export function shownSignInRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): string {
  if (!(error instanceof AuthError || isTooOften(error))) throw error
  request.log.info({ code: error.code }, 'sign-in refused')
  reply.code(error.statusCode).headers(error.headers)
  return error.message
}

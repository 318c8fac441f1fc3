import { deviceOfRequest } from '@signet/auth/issuer'
import { ServiceError, signedIn } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { addNotice } from '../notices/store.js'
import type { PasswordOptions } from '../sign-in/check-password.js'
import { confirmUser } from '../sign-in/confirm-user.js'
import { refuseSharedUser } from '../sign-in-methods/shared-users.js'
import { lockUser } from '../sign-in-methods/store.js'
import { findCodeState, replaceCodes } from './store.js'

export interface MakeCodesOptions extends PasswordOptions {
  /** Users whose password is public. */
  readonly sharedUserIds: readonly string[]
  /** Counts new codes of a user. @throws {ServiceError} `rate_limited` */
  countCodes(userId: string, nowMs: number): Promise<void>
}

export interface CodeRequest {
  /** Confirms the request when the user has not authenticated in the last five minutes. */
  readonly password?: string | undefined
  /**
   * Version of the codes to replace, as `codeVersion` returns it. A page sends it: of a form that is sent twice, only one response
   * shows codes, and those are valid.
   */
  readonly replaces?: string | undefined
}

/** Identifies the current codes of a user. */
export const codeVersion = ({ madeAt }: { readonly madeAt: Date | null }): string => madeAt?.toISOString() ?? ''

/**
 * Makes ten new recovery codes, which replace all earlier ones, and returns them. They cannot be shown again.
 *
 * @throws {ServiceError} `reauthentication_required`; `rate_limited`; `forbidden` for a shared user; `invalid_request` when other codes were made since the page was opened.
 *   Also what `checkPassword` throws.
 */
export async function makeCodes(
  options: MakeCodesOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  { password, replaces }: CodeRequest,
): Promise<string[]> {
  const { id: userId, sid } = signedIn(request)
  refuseSharedUser(options.sharedUserIds, userId)
  await confirmUser(options, request, reply, password)
  await options.countCodes(userId, request.receivedAtMs)
  return options.db.$transaction(async (transaction) => {
    await lockUser(transaction, userId)
    if (replaces !== undefined && replaces !== codeVersion(await findCodeState(transaction, userId))) {
      const sentence = 'Other codes were made since this page was opened, and cannot be shown again. Make new ones.'
      throw new ServiceError('invalid_request', sentence)
    }
    const codes = await replaceCodes(transaction, userId, new Date(request.receivedAtMs))
    await addNotice(transaction, { id: sid, userId, ...deviceOfRequest(request) }, 'recovery_codes_made')
    return codes
  })
}

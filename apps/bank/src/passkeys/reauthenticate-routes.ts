import { type Reauthenticated, requestOptions } from '@signet/auth/issuer'
import { type App, apiRoute, ok, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { counted } from '../outcomes.js'
import { Token } from '../token-answer.js'
import { saveConfirmation } from '../transfers/confirmations.js'
import { commitmentOf, isIdempotencyKey, memoOf, requestHash } from '../transfers/rules.js'
import { TransferBody } from '../transfers/schemas.js'
import { begin, type CeremonyOptions, challengeLimit, provePasskey } from './ceremonies.js'
import { CeremonyOptionsJson, Credential } from './schemas.js'
import { listPasskeys } from './store.js'

const Begin = Type.Object(
  {
    transfer: Type.Optional(TransferBody),
    idempotencyKey: Type.Optional(Type.String({ description: 'The Idempotency-Key of that transfer', maxLength: 200 })),
  },
  { additionalProperties: false },
)
const Proof = Type.Object({ credential: Credential }, { additionalProperties: false })

/**
 * Verifies a passkey within a session. Returns the new authentication. When the challenge commits to a transfer, the passkey
 * confirms that transfer alone: it is saved, and the authentication stays as it was (null).
 *
 * @throws {AuthError} `passkey_invalid`, `token_revoked`
 * @throws {ServiceError} `rate_limited`
 */
export async function reauthenticateWithPasskey(
  options: CeremonyOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  credential: unknown,
): Promise<Reauthenticated | null> {
  const { id: userId } = signedIn(request)
  const purposes = ['reauthenticate', 'confirm'] as const
  return counted(request.server.reauthenticationOutcomes, async () => {
    const { commitment, amr } = await provePasskey(options, request, credential, { purposes, userId })
    if (commitment === null) return request.server.userSessions.reauthenticated(request, reply, amr)
    await saveConfirmation(options.db, commitment, timeOf(request))
    return null
  })
}

export function passkeyReauthenticationRoutes(app: App, options: CeremonyOptions): void {
  const countChallenge = challengeLimit(app)

  const beginning = apiRoute('sign-in', 'beginPasskeyReauthentication', 'Begin to verify a passkey again', {
    description:
      'Returns the options of navigator.credentials.get(). With a transfer and its Idempotency-Key, the passkey confirms exactly that transfer.',
    body: Begin,
    data: CeremonyOptionsJson,
    failed: [400, 401, 403, 413, 415, 429, 503],
  })
  // A client without a transfer need not send a body.
  const preValidation = async (request: { body: unknown }) => {
    request.body ??= {}
  }
  app.post('/api/reauthenticate/passkey/options', { ...beginning, preValidation }, async (request, reply) => {
    const { id: userId } = signedIn(request)
    const { transfer, idempotencyKey } = request.body
    const purpose = transfer ? ('confirm' as const) : ('reauthenticate' as const)
    if ((transfer === undefined) !== (idempotencyKey === undefined) || !isIdempotencyKey(idempotencyKey ?? ' ')) {
      throw new ServiceError('invalid_request', 'Send a transfer with its Idempotency-Key, or neither.')
    }
    const hash = transfer && requestHash({ ...transfer, amountMinor: transfer.amount, memo: memoOf(transfer.memo) })
    const commitment = hash && idempotencyKey !== undefined ? commitmentOf(userId, idempotencyKey, hash) : null
    await countChallenge(userId, request.receivedAtMs)
    const challenge = await begin(options, request, reply, { purpose, userId, commitment })
    return ok(await requestOptions(options.rp, challenge, await listPasskeys(options.db, userId)))
  })

  const proving = apiRoute('sign-in', 'reauthenticateWithPasskey', 'Verify a passkey again', {
    description:
      'Returns a JWT with a new auth_time, as with a password; null for the session strategies. When the options named a transfer, it confirms that transfer and returns null.',
    body: Proof,
    data: Token,
    failed: [400, 401, 403, 413, 415, 429, 503],
  })
  app.post('/api/reauthenticate/passkey', proving, async (request, reply) =>
    ok((await reauthenticateWithPasskey(options, request, reply, request.body.credential))?.token ?? null),
  )
}

import { randomUUID } from 'node:crypto'
import { creationOptions, deviceOfRequest } from '@signet/auth/issuer'
import { type App, apiRoute, isUuid, ok, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { NoticeSource } from '../notices/store.js'
import { requireRecentAuthentication } from '../sign-in/check-password.js'
import { refuseSharedUser } from '../sign-in-methods/store.js'
import { begin, type CeremonyOptions, challengeLimit, verifyNewPasskey } from './ceremonies.js'
import { passkeyName } from './rules.js'
import { AddedPasskey, CeremonyOptionsJson, NewPasskeyBody, Passkey } from './schemas.js'
import { addPasskey, findPasskey, listPasskeys, removePasskey, renamePasskey, type StoredPasskey } from './store.js'

const IdParams = Type.Object({ id: Type.String() })
const Rename = Type.Object({ name: Type.String({ maxLength: 256 }) }, { additionalProperties: false })

const answerOf = ({ id, name, backedUp, transports, createdAt, lastUsedAt }: StoredPasskey) => ({
  id,
  name,
  backedUp,
  transports: [...transports],
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
})

/**
 * Registers a passkey for the user of the request. Returns its id, and recovery codes that the user must see once.
 *
 * @throws {ServiceError} `reauthentication_required`, `invalid_request`
 * @throws {AuthError} `passkey_invalid`
 */
export async function registerPasskey(
  options: CeremonyOptions,
  request: FastifyRequest,
  { credential, name = 'Passkey' }: { readonly credential: unknown; readonly name?: string },
): Promise<{ id: string; recoveryCodes: string[] }> {
  requireOwnChange(options, request)
  const { id: userId } = signedIn(request)
  const readable = passkeyName(name)
  const { counter, ...verified } = await verifyNewPasskey(options, request, credential, userId)
  const id = randomUUID()
  const transports = [...verified.transports]
  const passkey = { ...verified, transports, id, userId, name: readable, counter: BigInt(counter) }
  return { id, recoveryCodes: await addPasskey(options.db, passkey, sourceOf(request), timeOf(request)) }
}

/** Removes a passkey of the user. @throws {ServiceError} `reauthentication_required`, `forbidden`, `not_found` */
export async function endPasskey(options: CeremonyOptions, request: FastifyRequest, id: string): Promise<undefined> {
  requireOwnChange(options, request)
  if (!isUuid(id) || !(await removePasskey(options.db, id, sourceOf(request)))) throw unknownPasskey()
}

/** Renames a passkey of the user. @throws {ServiceError} `reauthentication_required`, `invalid_request`, `not_found` */
export async function nameAgain(
  options: CeremonyOptions,
  request: FastifyRequest,
  id: string,
  typed: string,
): Promise<undefined> {
  requireOwnChange(options, request)
  const name = passkeyName(typed)
  if (!isUuid(id) || !(await renamePasskey(options.db, signedIn(request).id, id, name))) throw unknownPasskey()
}

/** @throws {ServiceError} `reauthentication_required`; `forbidden` for a shared user. */
function requireOwnChange({ sharedUserIds }: CeremonyOptions, request: FastifyRequest): void {
  refuseSharedUser(sharedUserIds, signedIn(request).id)
  requireRecentAuthentication(request)
}

const sourceOf = (request: FastifyRequest): NoticeSource => {
  const { id: userId, sid: id } = signedIn(request)
  return { id, userId, ...deviceOfRequest(request) }
}

const unknownPasskey = () => new ServiceError('not_found', 'You have no such passkey.')

export function passkeyRoutes(app: App, options: CeremonyOptions): void {
  const { db } = options
  const countChallenge = challengeLimit(app)

  /** @throws {ServiceError} `not_found` */
  async function own(request: FastifyRequest, id: string): Promise<StoredPasskey> {
    const passkey = isUuid(id) ? await findPasskey(db, signedIn(request).id, id) : null
    if (!passkey) throw unknownPasskey()
    return passkey
  }

  const beginning = apiRoute('passkeys', 'beginPasskey', 'Begin to add a passkey', {
    description:
      'Returns the options of navigator.credentials.create(). Needs an authentication of the last five minutes.',
    data: CeremonyOptionsJson,
    failed: [401, 403, 429, 503],
  })
  app.post('/api/passkeys/options', beginning, async (request, reply) => {
    requireOwnChange(options, request)
    const { id: userId, username, name } = signedIn(request)
    await countChallenge(userId, request.receivedAtMs)
    const registered = await listPasskeys(db, userId)
    const challenge = await begin(options, request, reply, { purpose: 'register', userId })
    return ok(await creationOptions(options.rp, { id: userId, username, name }, challenge, registered))
  })

  const adding = apiRoute('passkeys', 'addPasskey', 'Add a passkey', {
    description: 'At most 10 for each user. Needs an authentication of the last five minutes.',
    body: NewPasskeyBody,
    status: 201,
    data: AddedPasskey,
    failed: [400, 401, 403, 413, 415, 503],
  })
  app.post('/api/passkeys', adding, async (request, reply) => {
    const { id, recoveryCodes } = await registerPasskey(options, request, request.body)
    return reply.code(201).send(ok({ ...answerOf(await own(request, id)), recoveryCodes }))
  })

  const listing = apiRoute('passkeys', 'listPasskeys', 'List your passkeys', {
    data: Type.Array(Passkey),
    failed: [401, 503],
  })
  app.get('/api/passkeys', listing, async (request) => ok((await listPasskeys(db, signedIn(request).id)).map(answerOf)))

  const getting = apiRoute('passkeys', 'getPasskey', 'Get a passkey', {
    params: IdParams,
    data: Passkey,
    failed: [401, 404, 503],
  })
  app.get('/api/passkeys/:id', getting, async (request) => ok(answerOf(await own(request, request.params.id))))

  const renaming = apiRoute('passkeys', 'renamePasskey', 'Rename a passkey', {
    description: 'Needs an authentication of the last five minutes.',
    params: IdParams,
    body: Rename,
    data: Passkey,
    failed: [400, 401, 403, 404, 413, 415, 503],
  })
  app.patch('/api/passkeys/:id', renaming, async (request) => {
    await nameAgain(options, request, request.params.id, request.body.name)
    return ok(answerOf(await own(request, request.params.id)))
  })

  const removing = apiRoute('passkeys', 'removePasskey', 'Remove a passkey', {
    description:
      'Needs an authentication of the last five minutes. Sessions that it began stay: revoke them separately.',
    params: IdParams,
    data: Type.Null(),
    failed: [401, 403, 404, 503],
  })
  app.delete('/api/passkeys/:id', removing, async (request) => {
    await endPasskey(options, request, request.params.id)
    return ok(null)
  })
}

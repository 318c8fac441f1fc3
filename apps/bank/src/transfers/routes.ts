import { type App, apiRoute, callContext, isUuid, ok, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type RequestOptions, requestTransfer } from './request.js'
import { isIdempotencyKey, memoOf } from './rules.js'
import { answerOf, stateOf, TransferBody } from './schemas.js'
import { findTransfer } from './store.js'

const Status = Type.Union([Type.Literal('settled'), Type.Literal('pending')])
const Transfer = Type.Object({
  id: Type.String(),
  status: Status,
  kind: Type.String({ description: '`own`, `customer` or `retirement`' }),
  from: Type.String({ description: "The account's number" }),
  to: Type.String({ description: "The account's number, or `retirement`" }),
  amount: Type.Integer({ description: 'Minor units: cents' }),
  currency: Type.String(),
  memo: Type.String(),
  createdAt: Type.String({ description: 'ISO 8601, UTC' }),
})
const TransferState = Type.Object({
  ...Transfer.properties,
  settledAt: Type.Union([Type.String(), Type.Null()]),
  pendingSince: Type.Union([Type.String(), Type.Null()]),
  tries: Type.Integer({ description: 'Delivery attempts to retirement, including the current one' }),
  problem: Type.Union([Type.String(), Type.Null()], { description: 'Why the last delivery failed' }),
})
const Headers = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description: 'Required. 1 to 200 printable ASCII characters: a new key per request, the same key per repetition',
    }),
  ),
})

/** @throws {ServiceError} `invalid_request` */
function idempotencyKeyOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key']
  if (typeof key === 'string' && isIdempotencyKey(key)) return key
  throw new ServiceError(
    'invalid_request',
    'Send an Idempotency-Key header of 1 to 200 printable ASCII characters: a new one for each request.',
  )
}

export async function transferRoutes(app: App, options: RequestOptions): Promise<void> {
  const creation = apiRoute('transfers', 'createTransfer', 'Transfer money', {
    timeLimit: false,
    description:
      'To another of your accounts, to another customer, or to retirement. A repetition with the same key and body moves no money and gets the first response, with `Idempotent-Replayed: true`.',
    headers: Headers,
    body: TransferBody,
    status: 201,
    data: Transfer,
    failed: [400, 401, 403, 404, 409, 413, 415, 422, 503],
  })
  app.post('/api/transfers', creation, async (request, reply) => {
    const key = idempotencyKeyOf(request)
    const { from, to, amount, memo } = request.body
    const { transfer, replayed } = await requestTransfer(options, {
      request: { from, to, amountMinor: amount, memo: memoOf(memo) },
      customer: signedIn(request),
      key,
      now: timeOf(request),
      context: callContext(request),
    })
    if (replayed) reply.header('idempotent-replayed', 'true')
    return reply.code(201).send(ok(answerOf(transfer)))
  })

  const status = apiRoute('transfers', 'getTransfer', 'Get the status of a transfer', {
    params: Type.Object({ id: Type.String() }),
    data: TransferState,
    failed: [401, 404, 503],
  })
  app.get('/api/transfers/:id', status, async (request) => {
    const { id } = request.params
    const transfer = isUuid(id) ? await findTransfer(options.db, signedIn(request).id, id) : null
    if (!transfer) throw new ServiceError('not_found', 'You have no such transfer.')
    return ok(stateOf(transfer))
  })
}

import { type CookieDefinition, type KeySource, receiveMessage } from '@signet/auth/verifier'
import { DEPOSIT_PATH, DEPOSIT_SCHEMA, DEPOSIT_TYP, type DepositClaims } from '@signet/contracts'
import type { RetirementDatabase } from '@signet/retirement-database'
import { type App, failures, ok, outcomeCounter, ServiceError, Success } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { CREDITS, creditOnce } from './store.js'

export interface DepositsOptions {
  readonly db: RetirementDatabase
  readonly keys: KeySource
  readonly tokenCookie: CookieDefinition
  readonly bankUrl: string
  readonly origin: string
}

const Credited = Type.Object({
  id: Type.String({ description: "The bank's transfer" }),
  amount: Type.Integer({ description: 'Minor units: cents' }),
  currency: Type.String(),
})

/** Registers the deposit endpoint. It accepts messages that the bank signed, one per deposit, and authenticates no user. */
export const deposits = fastifyPlugin(depositRoutes, {
  name: '@signet/retirement-deposits',
  dependencies: ['@signet/metrics'],
})

async function depositRoutes(app: App, options: DepositsOptions): Promise<void> {
  const { db, keys, tokenCookie, bankUrl, origin } = options
  const readDeposit = receiveMessage<DepositClaims>({
    keys,
    tokenCookie,
    issuer: bankUrl,
    audience: origin,
    typ: DEPOSIT_TYP,
    schema: DEPOSIT_SCHEMA,
  })

  const help = 'Deposits with a valid signature of the bank, by outcome'
  const received = outcomeCounter(app, 'deposits_received_total', help, CREDITS)

  app.apiSecuritySchemes.deposit = {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: DEPOSIT_TYP,
    description: 'A message that the bank signed.',
  }
  app.post(
    DEPOSIT_PATH,
    {
      config: { auth: 'none' },
      schema: {
        tags: ['deposits'],
        security: [{ deposit: [] }],
        operationId: 'createDeposit',
        summary: 'Credit a deposit once',
        description: `For the bank only: Authorization: Bearer with a ${DEPOSIT_TYP} that it signed. 201 the first time, 200 for a repeated request.`,
        response: {
          200: Success(Credited),
          201: Success(Credited),
          ...failures(400, 401, 403, 503),
        },
      },
    },
    async (request, reply) => {
      const { sub: userId, jti: transferId, amount, currency, memo } = await readDeposit(request)
      const credit = await creditOnce(db, { transferId, userId, amountMinor: BigInt(amount), currency, memo })
      received.inc({ outcome: credit })
      if (credit === 'another_currency')
        throw new ServiceError('invalid_request', `The plan has another currency than ${currency}.`)
      if (credit === 'another_deposit') {
        request.log.error({ transferId }, 'refused a deposit: its id was credited before with another amount or user')
        throw new ServiceError(
          'invalid_request',
          'A deposit with this id was credited before, with another amount or user.',
        )
      }
      return reply.code(credit === 'credited' ? 201 : 200).send(ok({ id: transferId, amount, currency }))
    },
  )
}

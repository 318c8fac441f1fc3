import type { BankDatabase } from '@signet/bank-database'
import { type App, type Frame, failures, isUuid, ok, ServiceError, Success, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { AccountPage, AccountsPage } from './page.js'
import { parseCursor } from './rules.js'
import { findAccount, listAccounts, listEntries, type StoredAccount } from './store.js'

const Minor = Type.Integer({ description: 'Minor units: cents' })
const Account = Type.Object({
  id: Type.String(),
  name: Type.String(),
  number: Type.String(),
  currency: Type.String(),
  balance: Minor,
})
const Entry = Type.Object({
  id: Type.String(),
  at: Type.String({ description: 'ISO 8601, UTC' }),
  amount: Minor,
  balance: Minor,
  memo: Type.String(),
  transferId: Type.Union([Type.String(), Type.Null()]),
})
const AccountParams = Type.Object({ id: Type.String() })
const EntriesQuery = Type.Object({ cursor: Type.Optional(Type.String()) })

interface AccountRequest {
  Params: { id: string }
  Querystring: { cursor?: string }
}

export async function accountRoutes(app: App, { db, frame }: { db: BankDatabase; frame: Frame }): Promise<void> {
  async function ownAccount(request: FastifyRequest<AccountRequest>): Promise<StoredAccount> {
    const { id } = request.params
    const account = isUuid(id) ? await findAccount(db, signedIn(request).id, id) : null
    if (!account) throw new ServiceError('not_found', 'You have no such account.')
    return account
  }

  async function entriesOf(request: FastifyRequest<AccountRequest>) {
    const { cursor } = request.query
    const before = cursor === undefined ? undefined : parseCursor(cursor)
    if (cursor !== undefined && before === undefined)
      throw new ServiceError('invalid_request', 'The cursor is not one of ours.')
    const account = await ownAccount(request)
    return { account, page: await listEntries(db, account.id, before), paged: before !== undefined }
  }

  app.get(
    '/api/accounts',
    {
      schema: {
        tags: ['accounts'],
        summary: 'My accounts',
        response: { 200: Success(Type.Array(Account)), ...failures(401, 503) },
      },
    },
    async (request) => {
      const accounts = await listAccounts(db, signedIn(request).id)
      return ok(accounts.map((account) => ({ ...account, balance: Number(account.balance) })))
    },
  )

  app.get<AccountRequest>(
    '/api/accounts/:id/entries',
    {
      schema: {
        tags: ['accounts'],
        summary: 'Entries of an account, newest first, 50 a page',
        params: AccountParams,
        querystring: EntriesQuery,
        response: {
          200: Success(Type.Object({ entries: Type.Array(Entry), next: Type.Union([Type.String(), Type.Null()]) })),
          ...failures(400, 401, 404, 503),
        },
      },
    },
    async (request) => {
      const { page } = await entriesOf(request)
      const entries = page.entries.map(({ id, at, amount, balance, ...entry }) => ({
        id: String(id),
        at: at.toISOString(),
        amount: Number(amount),
        balance: Number(balance),
        ...entry,
      }))
      return ok({ entries, next: page.next })
    },
  )

  app.get('/', { config: { page: true }, schema: { hide: true } }, async (request, reply) =>
    reply.page(
      AccountsPage({ frame: frame(request, 'accounts'), accounts: await listAccounts(db, signedIn(request).id) }),
    ),
  )

  app.get<AccountRequest>(
    '/accounts/:id',
    { config: { page: true }, schema: { hide: true, params: AccountParams, querystring: EntriesQuery } },
    async (request, reply) =>
      reply.page(AccountPage({ frame: frame(request, 'accounts'), ...(await entriesOf(request)) })),
  )
}

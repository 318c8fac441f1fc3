import { type App, apiRoute, isUuid, ok, pageRoute, ServiceError, signedIn, timeOf } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { ComponentChildren } from 'preact'
import Type from 'typebox'
import type { BankOptions } from '../options.js'
import { Typed } from '../printable-text.js'
import { AccountsPage } from './home-page.js'
import { AccountPage } from './page.js'
import { MAX_SEARCH_LENGTH, parseCursor, parseSearch, pastWeeks } from './rules.js'
import { csvOf, statementRows } from './statement.js'
import { isMonth, monthsBetween } from './statement-rules.js'
import { findAccount, listAccounts, listBalances, listEntries, listRecentEntries, type StoredAccount } from './store.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Sections of other features on the home page, in this order. */
    readonly homeSections: ((request: FastifyRequest) => Promise<ComponentChildren>)[]
  }
}

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
const EntriesQuery = Type.Object({
  cursor: Type.Optional(Type.String({ description: '`next` of the previous page' })),
  q: Type.Optional(Typed(4_096, { description: 'Text of a memo, or an amount such as 12.50' })),
})
const StatementQuery = Type.Object({
  month: Type.Optional(Type.String({ description: 'For example 2026-11; all entries without it' })),
})

interface AccountRequest {
  Params: { id: string }
  Querystring: { cursor?: string; q?: string }
}

export const accounts = fastifyPlugin(accountRoutes, {
  name: '@signet/bank-accounts',
  dependencies: ['@signet/authentication', '@signet/pages'],
})

async function accountRoutes(app: App, { db }: Pick<BankOptions, 'db'>): Promise<void> {
  app.decorate('homeSections', [])

  async function ownAccount(request: FastifyRequest<{ Params: { id: string } }>): Promise<StoredAccount> {
    const { id } = request.params
    const account = isUuid(id) ? await findAccount(db, signedIn(request).id, id) : null
    if (!account) throw new ServiceError('not_found', 'You have no such account.')
    return account
  }

  async function entriesOf(request: FastifyRequest<AccountRequest>) {
    const account = await ownAccount(request)
    const { cursor } = request.query
    const before = cursor === undefined ? undefined : parseCursor(cursor)
    if (cursor !== undefined && before === undefined)
      throw new ServiceError('invalid_request', 'The cursor is invalid. Use the value of `next` from a response.')
    const typed = request.query.q ?? ''
    if ([...typed].length > MAX_SEARCH_LENGTH)
      throw new ServiceError('invalid_request', `Search for at most ${MAX_SEARCH_LENGTH} characters.`)
    const search = parseSearch(typed, account.currency)
    return { account, search, page: await listEntries(db, account.id, { before, search }), paged: before !== undefined }
  }

  const accountList = apiRoute('accounts', 'listAccounts', 'List your accounts', {
    data: Type.Array(Account),
    failed: [401, 503],
  })
  app.get('/api/accounts', accountList, async (request) => {
    const accounts = await listAccounts(db, signedIn(request).id)
    return ok(
      accounts.map(({ createdAt: _, balanceMinor, ...account }) => ({ ...account, balance: Number(balanceMinor) })),
    )
  })

  const entryList = apiRoute('accounts', 'listEntries', 'List the entries of an account, newest first, 50 per page', {
    params: AccountParams,
    querystring: EntriesQuery,
    data: Type.Object({ entries: Type.Array(Entry), next: Type.Union([Type.String(), Type.Null()]) }),
    failed: [400, 401, 404, 503],
  })
  app.get('/api/accounts/:id/entries', entryList, async (request) => {
    const { page } = await entriesOf(request)
    const entries = page.entries.map(({ id, at, amountMinor, balanceMinor, ...entry }) => ({
      id: String(id),
      at: at.toISOString(),
      amount: Number(amountMinor),
      balance: Number(balanceMinor),
      ...entry,
    }))
    return ok({ entries, next: page.next })
  })

  app.get('/', pageRoute(), async (request, reply) => {
    const { id } = signedIn(request)
    const now = timeOf(request)
    const [accounts, past, recent, sections] = await Promise.all([
      listAccounts(db, id),
      listBalances(db, id, pastWeeks(now)),
      listRecentEntries(db, id),
      Promise.all(app.homeSections.map((section) => section(request))),
    ])
    const frame = request.pageFrame('accounts')
    return reply.page(AccountsPage({ frame, accounts, past, recent, sections, now }))
  })

  app.get('/accounts/:id', pageRoute({ params: AccountParams, querystring: EntriesQuery }), async (request, reply) => {
    const shown = await entriesOf(request)
    const months = monthsBetween(shown.account.createdAt, timeOf(request))
    return reply.page(AccountPage({ frame: request.pageFrame('accounts'), months, ...shown }))
  })

  app.get(
    '/accounts/:id/statement.csv',
    pageRoute({ params: AccountParams, querystring: StatementQuery }),
    async (request, reply) => {
      const { month = '' } = request.query
      if (month !== '' && !isMonth(month))
        throw new ServiceError('invalid_request', 'The month is invalid. Write it as 2026-11.')
      const account = await ownAccount(request)
      const name = ['signet', account.number, month].filter((part) => part !== '').join('-')
      reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${name}.csv"`)
      return reply.send(csvOf(statementRows(db, account, isMonth(month) ? month : undefined)))
    },
  )
}

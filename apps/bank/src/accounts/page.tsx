import { AccountList, DataTable, Figure, Money, Page, type PageFrame, Pager, When } from '@signet/ui'
import type { VNode } from 'preact'
import type { EntryPage, StoredAccount, StoredEntry } from './store.js'

export function AccountsPage({ frame, accounts }: { frame: PageFrame; accounts: StoredAccount[] }): VNode {
  const currency = accounts[0]?.currency
  const oneCurrency = currency !== undefined && accounts.every((account) => account.currency === currency)
  const totalMinor = accounts.reduce((sum, { balance }) => sum + balance, 0n)
  return (
    <Page {...frame} title="Accounts">
      <AccountList
        accounts={accounts.map(({ id, balance, ...account }) => ({
          ...account,
          href: `/accounts/${id}`,
          balanceMinor: balance,
        }))}
        total={oneCurrency ? { amountMinor: totalMinor, currency } : undefined}
      />
    </Page>
  )
}

export interface AccountPageProps {
  frame: PageFrame
  account: StoredAccount
  page: EntryPage
  /** Whether newer entries than these exist. */
  paged: boolean
}

export function AccountPage({ frame, account, page, paged }: AccountPageProps): VNode {
  const path = `/accounts/${account.id}`
  const money = (amountMinor: bigint, signed = false) => (
    <Money amountMinor={amountMinor} currency={account.currency} signed={signed} />
  )
  return (
    <Page
      {...frame}
      title={account.name}
      eyebrow={account.number}
      aside={<Figure label="Balance">{money(account.balance)}</Figure>}
    >
      <DataTable<StoredEntry>
        caption="Entries, newest first"
        captionHidden
        emptyText="Nothing has happened on this account yet."
        rows={page.entries}
        columns={[
          { header: 'Date', cell: ({ at }) => <When at={at} />, phone: 'meta' },
          { header: 'Memo', rowHeader: true, cell: ({ memo }) => memo, phone: 'lead' },
          { header: 'Amount', numeric: true, cell: ({ amount }) => money(amount, true), phone: 'figure' },
          { header: 'Balance', numeric: true, cell: ({ balance }) => money(balance), phone: 'note' },
        ]}
      />
      <Pager
        label="Entries"
        newerHref={paged ? path : undefined}
        olderHref={page.next === null ? undefined : `${path}?${new URLSearchParams({ cursor: page.next })}`}
      />
    </Page>
  )
}

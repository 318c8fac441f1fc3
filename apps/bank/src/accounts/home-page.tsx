import { AccountList, ButtonLink, DataTable, FreeText, Money, Page, type PageFrame, Section, When } from '@signet/ui'
import type { VNode } from 'preact'
import type { StoredAccount } from './store.js'

/** A transfer that has been debited and not delivered yet. */
export interface PendingTransfer {
  readonly id: string
  readonly createdAt: Date
  readonly amountMinor: bigint
  readonly currency: string
  readonly memo: string
  /** Null before the first delivery. */
  readonly delivery: { readonly tries: number } | null
}

export interface AccountsPageProps {
  frame: PageFrame
  accounts: StoredAccount[]
  pending: PendingTransfer[]
}

export function AccountsPage({ frame, accounts, pending }: AccountsPageProps): VNode {
  const currency = accounts[0]?.currency
  const oneCurrency = currency !== undefined && accounts.every((account) => account.currency === currency)
  const totalMinor = accounts.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n)
  return (
    <Page {...frame} title="Accounts" aside={<ButtonLink href="/transfer">Transfer money</ButtonLink>}>
      <AccountList
        accounts={accounts.map(({ id, balanceMinor, ...account }) => ({
          ...account,
          href: `/accounts/${id}`,
          balanceMinor,
        }))}
        total={oneCurrency ? { amountMinor: totalMinor, currency } : undefined}
      />
      {pending.length > 0 && (
        <Section title="Pending transfers to retirement" id="pending">
          <DataTable<PendingTransfer>
            caption="Pending transfers to retirement"
            captionHidden
            emptyText=""
            rows={pending}
            columns={[
              { header: 'Since', cell: ({ createdAt }) => <When at={createdAt} time />, phone: 'meta' },
              {
                header: 'Memo',
                rowHeader: true,
                cell: ({ id, memo }) => (
                  <a href={`/transfers/${id}`}>
                    <FreeText text={memo} fallback="Contribution to retirement" />
                  </a>
                ),
                phone: 'lead',
              },
              { header: 'Attempts', numeric: true, cell: ({ delivery }) => delivery?.tries ?? 0, phone: 'note' },
              {
                header: 'Amount',
                numeric: true,
                cell: (transfer) => <Money amountMinor={transfer.amountMinor} currency={transfer.currency} />,
                phone: 'figure',
              },
            ]}
          />
        </Section>
      )}
    </Page>
  )
}

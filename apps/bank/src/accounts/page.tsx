import {
  AccountList,
  Button,
  ButtonLink,
  DataTable,
  Disclosure,
  Field,
  Figure,
  Form,
  FreeText,
  Money,
  Page,
  type PageFrame,
  Pager,
  Section,
  SelectField,
  When,
} from '@signet/ui'
import type { VNode } from 'preact'
import type { EntrySearch } from './rules.js'
import { type Month, monthName } from './statement-rules.js'
import type { EntryPage, StoredAccount, StoredEntry } from './store.js'

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

export interface AccountPageProps {
  frame: PageFrame
  account: StoredAccount
  page: EntryPage
  /** Whether newer entries than these exist. */
  paged: boolean
  /** The search of the user; undefined without one. */
  search: EntrySearch | undefined
  /** Months with a statement, newest first. */
  months: Month[]
}

export function AccountPage({ frame, account, page, paged, search, months }: AccountPageProps): VNode {
  const path = `/accounts/${account.id}`
  const href = (query: Record<string, string>) => {
    const all = new URLSearchParams({ ...(search ? { q: search.text } : {}), ...query })
    return all.size > 0 ? `${path}?${all}` : path
  }
  const money = (amountMinor: bigint, signed = false) => (
    <Money amountMinor={amountMinor} currency={account.currency} signed={signed} />
  )
  return (
    <Page
      {...frame}
      title={account.name}
      eyebrow={account.number}
      aside={<Figure label="Balance">{money(account.balanceMinor)}</Figure>}
    >
      <div class="entry-tools">
        <Form action={path} method="get" label="Find entries">
          <Field
            label="Find"
            name="q"
            value={search?.text}
            hint="Text of a memo, or an amount such as 12.50"
            autocomplete="off"
          />
          <p class="form-actions">
            <Button kind="secondary">Find</Button>
            {search && <a href={path}>Show all</a>}
          </p>
        </Form>
        <Disclosure summary="Statement as CSV">
          <Form action={`${path}/statement.csv`} method="get" label="Statement">
            <SelectField
              label="Month"
              name="month"
              options={[
                ...months.map((month) => ({ value: month, label: monthName(month) })),
                { value: '', label: 'All entries' },
              ]}
            />
            <Button kind="secondary">Download</Button>
          </Form>
        </Disclosure>
      </div>
      <DataTable<StoredEntry>
        caption={search ? `Entries found for “${search.text}”, newest first` : 'Entries, newest first'}
        captionHidden={!search}
        emptyText={search ? `We found no entries for “${search.text}”.` : 'There are no entries yet.'}
        rows={page.entries}
        columns={[
          { header: 'Date', cell: ({ at }) => <When at={at} />, phone: 'meta' },
          {
            header: 'Memo',
            rowHeader: true,
            cell: ({ memo, transferId }) => {
              const text = <FreeText text={memo} fallback="Transfer" />
              return transferId ? <a href={`/transfers/${transferId}`}>{text}</a> : text
            },
            phone: 'lead',
          },
          { header: 'Amount', numeric: true, cell: ({ amountMinor }) => money(amountMinor, true), phone: 'figure' },
          { header: 'Balance', numeric: true, cell: ({ balanceMinor }) => money(balanceMinor), phone: 'note' },
        ]}
      />
      <Pager
        label="Entries"
        newerHref={paged ? href({}) : undefined}
        olderHref={page.next === null ? undefined : href({ cursor: page.next })}
      />
    </Page>
  )
}

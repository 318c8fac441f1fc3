import {
  Button,
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
  SelectField,
  When,
} from '@signet/ui'
import type { VNode } from 'preact'
import type { EntrySearch } from './rules.js'
import { type Month, monthName } from './statement-rules.js'
import type { EntryPage, StoredAccount, StoredEntry } from './store.js'

export interface AccountPageProps {
  frame: PageFrame
  account: StoredAccount
  page: EntryPage
  /** Whether newer entries than these exist. */
  paged: boolean
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

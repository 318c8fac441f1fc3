import { formatMinor } from '@signet/contracts'
import {
  AccountList,
  ButtonLink,
  DataTable,
  FreeText,
  Money,
  Page,
  type PageFrame,
  Section,
  SmallLine,
  When,
} from '@signet/ui'
import type { ComponentChildren, VNode } from 'preact'
import { balancesOf, type PastBalance } from './rules.js'
import type { RecentEntry, StoredAccount } from './store.js'

export interface AccountsPageProps {
  frame: PageFrame
  accounts: StoredAccount[]
  past: PastBalance[]
  /** Newest first. */
  recent: RecentEntry[]
  sections: ComponentChildren
  now: Date
}

export function AccountsPage({ frame, accounts, past, recent, sections, now }: AccountsPageProps): VNode {
  const currency = accounts[0]?.currency
  const oneCurrency = currency !== undefined && accounts.every((account) => account.currency === currency)
  const totalMinor = accounts.reduce((sum, { balanceMinor }) => sum + balanceMinor, 0n)
  return (
    <Page {...frame} title="Accounts" aside={<ButtonLink href="/transfer">Transfer money</ButtonLink>}>
      <AccountList
        accounts={accounts.map((account) => ({
          ...account,
          href: `/accounts/${account.id}`,
          history: <History account={account} past={past} now={now} hasMoney={totalMinor > 0n} />,
        }))}
        total={oneCurrency ? { amountMinor: totalMinor, currency } : undefined}
      />
      {sections}
      <Section title="Recent entries" id="recent">
        {recent.length === 0 ? (
          <p class="empty">
            No money has arrived yet. Give your account number {accounts[0]?.number} to your employer or to another
            customer. Until then you can <a href={frame.siblingUrl}>try a projection of your pension</a>.
          </p>
        ) : (
          <DataTable<RecentEntry>
            caption="The latest entries of all accounts, newest first"
            captionHidden
            rows={recent}
            columns={[
              { header: 'Date', cell: ({ at }) => <When at={at} />, phone: 'meta' },
              {
                header: 'Memo',
                rowHeader: true,
                cell: ({ memo }) => <FreeText text={memo} fallback="Transfer" />,
                phone: 'lead',
              },
              { header: 'Account', cell: ({ account }) => account, phone: 'note', phoneLabel: false },
              { header: 'Amount', numeric: true, cell: (entry) => <Money {...entry} signed />, phone: 'figure' },
            ]}
          />
        )}
      </Section>
    </Page>
  )
}

interface HistoryProps {
  account: StoredAccount
  past: PastBalance[]
  now: Date
  hasMoney: boolean
}

/** Shows the balance over twelve months. An empty account suggests a first transfer. */
function History({ account, past, now, hasMoney }: HistoryProps): VNode {
  const points = balancesOf(account, past, now)
  const [first] = points
  if (first === undefined || points.length < 2) {
    if (account.balanceMinor > 0n) return <>Your balance over time appears here after a week.</>
    return hasMoney ? <a href={`/transfer?to=${account.id}`}>Move money here</a> : <>Nothing here yet</>
  }
  const money = (amountMinor: number) => formatMinor(amountMinor, account.currency)
  const values = points.map(({ value }) => value)
  const range = `between ${money(Math.min(...values))} and ${money(Math.max(...values))}`
  const label = `Balance of ${account.name}: ${money(first.value)} at first, ${money(Number(account.balanceMinor))} now, ${range}`
  return (
    <>
      <SmallLine label={label} points={points} />
      Since <When at={first.at} />
    </>
  )
}

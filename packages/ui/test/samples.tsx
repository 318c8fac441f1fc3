import type { VNode } from 'preact'
import {
  AccountList,
  ApiDocs,
  assetUrl,
  type Brand,
  ButtonLink,
  type Column,
  DataTable,
  ErrorPage,
  Figure,
  GrowthChart,
  type GrowthPoint,
  GrowthTable,
  Money,
  Notice,
  Page,
  type PageFrame,
  Pager,
  Section,
  type Theme,
  When,
} from '../src/index.js'
import { sampleApi } from './sample-api.js'
import { Register, SignIn, Transfer } from './sample-forms.js'

/** Sample pages of both services that use every component, for tests and the gallery. */
export function samplePages(theme: Theme = 'auto', name = 'Ada Lovelace'): Record<string, VNode> {
  const bank = frame('bank', theme, name)
  const retirement = frame('retirement', theme, name)
  return {
    'sign-in': <SignIn frame={{ ...bank, person: undefined, nav: [] }} name={name} />,
    register: <Register frame={{ ...bank, person: undefined, nav: [] }} name={name} />,
    accounts: (
      <Page {...bank} title="Accounts" lead={`Good evening, ${name}.`}>
        <Notice kind="success" title="Your transfer is on its way.">
          <p>Retirement will hold it within a few seconds.</p>
        </Notice>
        <AccountList accounts={accounts} total={{ amountMinor: 512_345n, currency: 'USD' }} />
        <p class="actions">
          <ButtonLink href="/transfer">Move money</ButtonLink>
          <ButtonLink href="/security" kind="quiet">
            Where you are signed in
          </ButtonLink>
        </p>
      </Page>
    ),
    entries: <Entries frame={bank} />,
    transfer: <Transfer frame={bank} name={name} />,
    plan: <Plan frame={retirement} />,
    error: (
      <ErrorPage
        {...retirement}
        status={503}
        title="Not available just now"
        sentence="The list of ended sign-ins could not be renewed, and without it nobody is let in. Try again in a minute."
        requestId="req-7f3a"
      />
    ),
    api: (
      <Page {...bank} title="API" scripts={[assetUrl('api-docs.js')]}>
        <ApiDocs document={sampleApi} origin="http://bank.signet.localhost:3001" />
      </Page>
    ),
  }
}

/** The frame of a page with a signed-in user. */
export function frame(brand: Brand, theme: Theme, name: string): PageFrame {
  const labels =
    brand === 'bank' ? ['Accounts', 'Transfer', 'Security', 'Cards', 'Loans', 'Messages'] : ['Plan', 'Messages']
  return {
    brand,
    theme,
    path: '/?a=1&b=2',
    person: { id: 'u-1', username: 'ada', name },
    nav: labels.map((label, index) => ({ label, href: `/${index || ''}`, current: index === 0 })),
    siblingUrl: 'http://sibling.signet.localhost:3002/',
    renewalUrl: 'http://bank.signet.localhost:3001/renewal',
    seenCookie: 'signet_seen',
    stylesheets: [assetUrl('signet.css')],
    footer: <p>Member of a deposit guarantee scheme.</p>,
    notice: <p>You have a new message.</p>,
    panel: <p>Opening hours: always.</p>,
  }
}

const accounts = [
  { href: '/accounts/1', name: 'Checking', number: '40-11-07 1234 5678', balanceMinor: 524_690n, currency: 'USD' },
  { href: '/accounts/2', name: 'Savings', number: '40-11-07 8765 4321', balanceMinor: -12_345n, currency: 'USD' },
]

const entries = [
  { at: new Date('2026-11-23T14:05:00Z'), memo: 'To retirement', amount: -25_000, balance: 524_690 },
  {
    at: new Date('2026-11-20T09:00:00Z'),
    memo: 'Salary, November, with a rather long note',
    amount: 310_000,
    balance: 549_690,
  },
  { at: new Date('2026-11-02T09:00:00Z'), memo: 'Opening balance', amount: 239_690, balance: 239_690 },
]

const entryColumns: Column<(typeof entries)[number]>[] = [
  { header: 'Date', phone: 'meta', cell: ({ at }) => <When at={at} /> },
  { header: 'Memo', phone: 'lead', rowHeader: true, cell: ({ memo }) => memo },
  {
    header: 'Amount',
    phone: 'figure',
    numeric: true,
    cell: ({ amount }) => <Money amountMinor={amount} currency="USD" signed />,
  },
  {
    header: 'Balance',
    phone: 'note',
    numeric: true,
    cell: ({ balance }) => <Money amountMinor={balance} currency="USD" />,
  },
]

function Entries({ frame }: { frame: PageFrame }): VNode {
  const balance = (
    <Figure label="Balance">
      <Money amountMinor={524_690n} currency="USD" />
    </Figure>
  )
  return (
    <Page {...frame} title="Checking" eyebrow="Account 40-11-07 1234 5678" aside={balance}>
      <DataTable caption="Entries" captionHidden columns={entryColumns} rows={entries} emptyText="No entries yet." />
      <Pager label="Entries" newerHref="?cursor=a" olderHref="?cursor=b" />
      <Section title="Holds" id="holds">
        <DataTable caption="Holds" columns={entryColumns} rows={[]} emptyText="Nothing is held." />
      </Section>
    </Page>
  )
}

/** Monthly points of a growing plan. */
export function samplePoints(months: number): GrowthPoint[] {
  return Array.from({ length: months }, (_, month) => {
    const contributed = 500_000 + month * 25_000
    const growth = 1 + month * 0.004 + Math.sin(month / 5) * 0.02
    return { at: new Date(Date.UTC(2021, month, 1)), contributed, balance: Math.round(contributed * growth) }
  })
}

function Plan({ frame }: { frame: PageFrame }): VNode {
  const points = samplePoints(70)
  const balance = (
    <Figure label="Plan balance">
      <Money amountMinor={points.at(-1)?.balance ?? 0} currency="USD" />
    </Figure>
  )
  return (
    <Page {...frame} title="Your plan" lead="What you paid in, and what became of it." aside={balance}>
      <GrowthChart
        title="Growth of your plan"
        description="The balance rose above what was paid in."
        points={points}
        currency="USD"
      />
      <GrowthTable points={points} currency="USD" />
      <Section title="Contributions" id="contributions">
        <DataTable
          caption="Contributions"
          captionHidden
          columns={entryColumns.map(({ phone: _, ...column }) => column)}
          rows={entries}
          emptyText="Nothing was paid in yet."
        />
      </Section>
    </Page>
  )
}

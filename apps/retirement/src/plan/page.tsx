import {
  Columns,
  DataTable,
  DescriptionList,
  Figure,
  GrowthChart,
  GrowthTable,
  Money,
  Page,
  type PageFrame,
  Section,
  When,
} from '@signet/ui'
import type { VNode } from 'preact'
import { balanceOf, contributionsOf, fundsOf, growthByMonth, type PlanEntry } from './rules.js'
import type { StoredPlan } from './store.js'

export interface PlanPageProps {
  frame: PageFrame
  plan: StoredPlan
  /** Oldest first. */
  entries: PlanEntry[]
  allContributions: boolean
}

const RECENT = 12

export function PlanPage({ frame, plan, entries, allContributions }: PlanPageProps): VNode {
  const contributions = contributionsOf(entries).reverse()
  const shown = allContributions ? contributions : contributions.slice(0, RECENT)
  const contributedMinor = contributions.reduce((sum, { amount }) => sum + amount, 0n)
  const balanceMinor = balanceOf(entries)
  const points = growthByMonth(entries)
  const money = (amountMinor: bigint, signed = false) => (
    <Money amountMinor={amountMinor} currency={plan.currency} signed={signed} />
  )
  return (
    <Page {...frame} title="Your plan" aside={<Figure label="Balance">{money(balanceMinor)}</Figure>}>
      <Section title="Growth" id="growth-section">
        <GrowthChart
          title="What your plan has become"
          description="The balance of the plan month by month, above what was paid in. The same numbers stand in the table below."
          points={points}
          currency={plan.currency}
        />
        <GrowthTable points={points} currency={plan.currency} />
      </Section>
      <Columns>
        <Section
          title="Contributions"
          id="contributions"
          action={
            shown.length < contributions.length ? (
              <a href="/?contributions=all#contributions">All {contributions.length} contributions</a>
            ) : undefined
          }
        >
          <DataTable<PlanEntry>
            caption="Contributions, newest first"
            captionHidden
            emptyText="Nothing has been paid in yet."
            rows={shown}
            columns={[
              { header: 'Date', cell: ({ at }) => <When at={at} />, phone: 'meta' },
              { header: 'Memo', rowHeader: true, cell: ({ memo }) => memo, phone: 'lead' },
              { header: 'Amount', numeric: true, cell: ({ amount }) => money(amount, true), phone: 'figure' },
            ]}
          />
        </Section>
        <Section title="Summary" id="summary">
          <DescriptionList
            items={[
              { term: 'Paid in', value: money(contributedMinor) },
              { term: 'Growth', value: money(balanceMinor - contributedMinor, true) },
              ...fundsOf(plan.allocation).map(({ fund, percent }) => ({ term: fund, value: `${percent} %` })),
            ]}
          />
        </Section>
      </Columns>
    </Page>
  )
}

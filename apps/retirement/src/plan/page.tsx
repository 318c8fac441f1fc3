import {
  ButtonLink,
  Columns,
  DataTable,
  DescriptionList,
  Figure,
  FreeText,
  GrowthChart,
  GrowthTable,
  Money,
  Notice,
  Page,
  type PageFrame,
  Pager,
  Section,
  SuccessNotice,
  When,
} from '@signet/ui'
import type { VNode } from 'preact'
import { AllocationSection } from '../allocation/section.js'
import type { ProjectionQuestion } from '../projection/form.js'
import type { Projection } from '../projection/rules.js'
import { ProjectionSection } from '../projection/section.js'
import { type ContributionPage, type GrowthPoint, type PlanEntry, RECENT } from './rules.js'
import type { Contributions, StoredPlan } from './store.js'

export interface PlanPageProps {
  frame: PageFrame
  plan: StoredPlan
  growth: GrowthPoint[]
  contributions: Contributions
  page: ContributionPage
  question: ProjectionQuestion
  projection: Projection
  bankUrl: string
  origin: string
  now: Date
  saved: boolean
  /** A form was sent with an expired token. The session has been renewed and nothing was saved. */
  unsaved: boolean
  chosen: string | undefined
}

export function PlanPage({ frame, plan, growth, contributions, page, ...props }: PlanPageProps): VNode {
  const { contributed: contributedMinor = 0, balance: balanceMinor = 0 } = growth.at(-1) ?? {}
  const isRecent = page.limit === RECENT
  const contributionText = ({ id, memo, origin }: PlanEntry) => (
    <>
      <FreeText text={memo} fallback="Contribution" />
      <div class="muted small">
        {origin === 'bank' ? (
          <>
            From Signet Bank, <a href={`${props.bankUrl}/transfers/${id}`}>transfer</a>
          </>
        ) : (
          'From your employer'
        )}
      </div>
    </>
  )
  const money = (amountMinor: bigint | number, signed = false) => (
    <Money amountMinor={amountMinor} currency={plan.currency} signed={signed} />
  )
  const contribute = `${props.bankUrl}/transfer?${new URLSearchParams({ to: 'retirement', return_to: `${props.origin}/` })}`
  return (
    <Page {...frame} title="Your plan" aside={<Figure label="Balance">{money(balanceMinor)}</Figure>}>
      <SuccessNotice text={props.saved ? 'Your allocation has been saved.' : undefined} />
      {props.unsaved && (
        <Notice kind="info">
          <p>
            Your choice was not saved, because your session had expired. We have renewed it.{' '}
            <a href="#allocation">Save your choice again</a>.
          </p>
        </Notice>
      )}
      <Section title="Growth" id="growth-section">
        {growth.length === 0 ? (
          <p class="empty">
            Your plan starts with your first contribution. <a href={contribute}>Make a first contribution</a>, or try a
            projection below.
          </p>
        ) : (
          <GrowthChart
            title="Balance of your plan"
            description="The balance of your plan and the money paid in, month by month. The table below has the same figures."
            points={growth}
            currency={plan.currency}
          />
        )}
        <GrowthTable points={growth} currency={plan.currency} />
      </Section>
      <ProjectionSection
        question={props.question}
        projection={props.projection}
        balanceMinor={balanceMinor}
        contributedMinor={contributedMinor}
        currency={plan.currency}
        from={props.now}
      />
      <Columns>
        <Section
          title="Contributions"
          id="contributions"
          action={<ButtonLink href={contribute}>Contribute</ButtonLink>}
        >
          <DataTable<PlanEntry>
            caption="Contributions, newest first"
            captionHidden
            emptyText="There are no contributions yet."
            rows={contributions.shown}
            columns={[
              { header: 'Date', cell: ({ at }) => <When at={at} />, phone: 'meta' },
              { header: 'Memo', rowHeader: true, cell: contributionText, phone: 'lead' },
              { header: 'Amount', numeric: true, cell: ({ amountMinor }) => money(amountMinor, true), phone: 'figure' },
            ]}
          />
          {isRecent ? (
            contributions.next !== null && (
              <p>
                <a href="/?contributions=all#contributions">All contributions</a>
              </p>
            )
          ) : (
            <Pager
              label="Contributions"
              newerHref={page.before && '/?contributions=all#contributions'}
              olderHref={
                contributions.next === null ? undefined : `/?contributions=${contributions.next}#contributions`
              }
            />
          )}
        </Section>
        <div>
          <Section title="Summary" id="summary">
            <DescriptionList
              items={[
                { term: 'Paid in', value: money(contributedMinor) },
                { term: 'Growth', value: money(balanceMinor - contributedMinor, true) },
              ]}
            />
          </Section>
          <AllocationSection current={plan.allocation} chosen={props.chosen} />
        </div>
      </Columns>
    </Page>
  )
}

import { Button, Field, Form, ProjectionChart, type ProjectionPoint, ProjectionTable, Section } from '@signet/ui'
import type { VNode } from 'preact'
import type { ProjectionQuestion } from './form.js'
import { FUTURES, type Projection } from './rules.js'

export interface ProjectionSectionProps {
  readonly question: ProjectionQuestion
  readonly projection: Projection
  readonly balanceMinor: number
  readonly contributedMinor: number
  readonly currency: string
  /** Today. */
  readonly from: Date
}

/** How the plan may grow, as a picture and as a table, for the years and the monthly sum that are asked about. */
export function ProjectionSection(props: ProjectionSectionProps): VNode {
  const { question, currency } = props
  const { form, problems } = question
  const points = pointsOf(props)
  return (
    <Section title="What it may become" id="projection">
      <Form action="/#projection" method="get" label="Projection">
        <div class="fields">
          <Field
            label="Years"
            name="years"
            value={form.years}
            error={problems.years}
            inputMode="numeric"
            autocomplete="off"
          />
          <Field
            label="Dollars a month"
            name="monthly"
            value={form.monthly}
            error={problems.monthly}
            inputMode="decimal"
            autocomplete="off"
          />
          <Button kind="secondary">Show</Button>
        </div>
      </Form>
      <ProjectionChart
        title={`What your plan may become in ${question.years} years`}
        description="The expected balance year by year, in a band that eight of ten futures stay in, above what is paid in. The same numbers stand in the table below."
        points={points}
        currency={currency}
      />
      <ProjectionTable points={points} currency={currency} />
      <p class="muted small">
        From {FUTURES.toLocaleString('en-US')} futures with the assumptions of your allocation. They leave out fees,
        taxes and inflation, and are no promise: of ten futures one ends below the band and one above.
      </p>
    </Section>
  )
}

function pointsOf({ projection, question, balanceMinor, contributedMinor, from }: ProjectionSectionProps) {
  const inYears = (years: number) => new Date(Date.UTC(from.getUTCFullYear() + years, from.getUTCMonth(), 1))
  const today: ProjectionPoint = {
    at: inYears(0),
    low: balanceMinor,
    expected: balanceMinor,
    high: balanceMinor,
    contributed: contributedMinor,
  }
  const { years, low, expected, high } = projection
  return [
    today,
    ...years.map((year, index) => ({
      at: inYears(year),
      low: low[index] ?? 0,
      expected: expected[index] ?? 0,
      high: high[index] ?? 0,
      contributed: contributedMinor + question.monthlyMinor * 12 * year,
    })),
  ]
}

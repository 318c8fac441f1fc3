import {
  Button,
  Field,
  Form,
  fieldsOf,
  ProjectionChart,
  type ProjectionPoint,
  ProjectionTable,
  Section,
} from '@signet/ui'
import type { VNode } from 'preact'
import type { ProjectionQuestion } from './form.js'
import { FUTURES, type Projection } from './rules.js'

export interface ProjectionSectionProps {
  readonly question: ProjectionQuestion
  readonly projection: Projection
  readonly balanceMinor: number
  readonly contributedMinor: number
  readonly currency: string
  readonly from: Date
}

export function ProjectionSection(props: ProjectionSectionProps): VNode {
  const { question, currency } = props
  const field = fieldsOf(question.form, question.problems)
  const points = pointsOf(props)
  return (
    <Section title="Projection" id="projection">
      <Form action="/#projection" method="get" label="Projection">
        <div class="fields">
          <Field label="Years" {...field('years')} inputMode="numeric" />
          <Field label="Dollars per month" {...field('monthly')} inputMode="decimal" />
          <Button kind="secondary">Show</Button>
        </div>
      </Form>
      <ProjectionChart
        title={`Projected balance over ${question.years} years`}
        description="The expected balance year by year, the range of 80% of all simulations, and the money paid in. The table below has the same figures."
        points={points}
        currency={currency}
      />
      <ProjectionTable points={points} currency={currency} />
      <p class="muted small">
        Based on {FUTURES.toLocaleString('en-US')} simulations with the assumptions of your allocation, before fees,
        taxes and inflation. This is not a promise: 10% of the simulations end below the range and 10% above it.
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

import { Button, DescriptionList, Form, RadioGroup, Section } from '@signet/ui'
import type { VNode } from 'preact'
import { ALLOCATION_NAMES, ALLOCATIONS, fundsOf } from './rules.js'

export function AllocationSection({ current, chosen }: { current: string; chosen?: string | undefined }): VNode {
  return (
    <Section title="Allocation" id="allocation">
      <DescriptionList items={fundsOf(current).map(({ fund, percent }) => ({ term: fund, value: `${percent}%` }))} />
      <Form action="/allocation" label="Allocation">
        <RadioGroup
          label="Change your allocation"
          name="allocation"
          value={chosen ?? current}
          options={ALLOCATION_NAMES.map((value) => {
            const { label, hint } = ALLOCATIONS[value]
            return { value, label, hint }
          })}
        />
        <Button kind="secondary">Save</Button>
      </Form>
    </Section>
  )
}

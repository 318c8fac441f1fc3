import { DataTable, FreeText, Money, Section, When } from '@signet/ui'
import type { VNode } from 'preact'
import type { StoredTransfer } from './store.js'

/** The part of the home page about deposits that retirement has not credited yet. */
export function PendingSection({ pending }: { pending: readonly StoredTransfer[] }): VNode | null {
  if (pending.length === 0) return null
  return (
    <Section title="Pending transfers to retirement" id="pending">
      <DataTable<StoredTransfer>
        caption="Pending transfers to retirement"
        captionHidden
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
  )
}

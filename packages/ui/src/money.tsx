import { formatMinor } from '@signet/contracts'
import type { VNode } from 'preact'

export interface MoneyProps {
  amountMinor: bigint | number
  currency: string
  /** Shows a plus sign for positive amounts, as in ledger entries. Negative amounts always have a minus sign. */
  signed?: boolean | undefined
}

/** An amount in tabular figures. Its color only repeats the sign. */
export function Money({ amountMinor, currency, signed = false }: MoneyProps): VNode {
  const incoming = signed && amountMinor > 0
  const text = formatMinor(amountMinor, currency)
  return (
    <data class={incoming ? 'money money-in' : 'money'} value={String(amountMinor)}>
      {incoming ? `+${text}` : text}
    </data>
  )
}

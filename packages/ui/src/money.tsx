import { formatMinor } from '@signet/contracts'
import type { VNode } from 'preact'

export interface MoneyProps {
  amountMinor: bigint | number
  currency: string
  /** For a movement of money: what comes in carries a plus. What goes out carries a minus everywhere. */
  signed?: boolean | undefined
}

/** An amount in figures of equal width. The sign says the direction, the colour only repeats it. */
export function Money({ amountMinor, currency, signed = false }: MoneyProps): VNode {
  const incoming = signed && amountMinor > 0
  const text = formatMinor(amountMinor, currency)
  return (
    <data class={incoming ? 'money money-in' : 'money'} value={String(amountMinor)}>
      {incoming ? `+${text}` : text}
    </data>
  )
}

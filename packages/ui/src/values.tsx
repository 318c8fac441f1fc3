import { formatMinor, hasVisibleCharacter } from '@signet/contracts'
import type { VNode } from 'preact'

interface MoneyProps {
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

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'UTC' })

/** A date in UTC: `23 Nov 2026`, and with `time` also `14:05 UTC`. */
export function When({ at, time = false }: { at: Date; time?: boolean | undefined }): VNode {
  const text = time ? `${day.format(at)}, ${minute.format(at)} UTC` : day.format(at)
  return <time dateTime={at.toISOString()}>{text}</time>
}

/**
 * Text that a user wrote. `bdi` isolates its direction from the surrounding text. The fallback replaces invisible text.
 */
export function FreeText({ text, fallback = '' }: { text: string; fallback?: string }): VNode {
  return <bdi>{hasVisibleCharacter(text) ? text : fallback}</bdi>
}

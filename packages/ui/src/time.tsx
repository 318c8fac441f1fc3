import type { VNode } from 'preact'

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
const minute = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'UTC' })

/** A date in UTC: `23 Nov 2026`, and with `time` also `14:05 UTC`. */
export function When({ at, time = false }: { at: Date; time?: boolean | undefined }): VNode {
  const text = time ? `${day.format(at)}, ${minute.format(at)} UTC` : day.format(at)
  return <time dateTime={at.toISOString()}>{text}</time>
}

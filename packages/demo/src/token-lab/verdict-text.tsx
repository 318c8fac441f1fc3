import type { VNode } from 'preact'
import type { Verdict } from '../ask.js'

/** A verdict of a service or of a library, which is no process. */
export type ShownVerdict = Omit<Verdict, 'instance'>

/** Shows a verdict as symbol and text, so that color is not the only sign. Undefined when the service did not respond. */
export function VerdictText({ verdict }: { verdict: ShownVerdict | undefined }): VNode {
  if (verdict === undefined) {
    return (
      <div class="verdict">
        <strong>No response</strong>
        <p class="small">This service can’t be reached. Try again in a moment.</p>
      </div>
    )
  }
  const { genuine, code, sentence, detail } = verdict
  return (
    <div class={`verdict verdict-${genuine ? 'genuine' : 'refused'}`}>
      <strong>
        <VerdictMark genuine={genuine} />
        {genuine ? 'Accepted' : 'Refused'}
      </strong>
      {code !== null && <code>{code}</code>}
      <p class="small">{sentence}</p>
      {detail && <p class="small">Log entry: {detail.replace(/\.$/, '')}.</p>}
    </div>
  )
}

/** A tick or a cross in a circle. */
export const VerdictMark = ({ genuine }: { genuine: boolean }): VNode => (
  <svg class="symbol" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
    <circle cx="12" cy="12" r="10" />
    <path d={genuine ? 'm7.5 12.5 3 3 6-7' : 'm8.5 8.5 7 7m0-7-7 7'} />
  </svg>
)

import type { VNode } from 'preact'

export interface VerdictProps {
  /** Undefined where there was no answer. */
  verdict: { genuine: boolean; code: string | null; sentence: string; detail?: string | null | undefined } | undefined
}

/** What a verifier said: a symbol and words, so that colour is not the only sign. */
export function VerdictText({ verdict }: VerdictProps): VNode {
  if (verdict === undefined) {
    return (
      <div class="verdict">
        <strong>No answer</strong>
        <p class="small">This service could not be reached.</p>
      </div>
    )
  }
  const { genuine, code, sentence, detail } = verdict
  return (
    <div class={`verdict verdict-${genuine ? 'genuine' : 'refused'}`}>
      <strong>
        <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
          <circle cx="12" cy="12" r="10" />
          <path d={genuine ? 'm7.5 12.5 3 3 6-7' : 'm8.5 8.5 7 7m0-7-7 7'} />
        </svg>
        {genuine ? 'Taken for genuine' : 'Refused'}
      </strong>
      {code !== null && <code>{code}</code>}
      <p class="small">{sentence}</p>
      {detail && <p class="small">Its log says: {detail.replace(/\.$/, '')}.</p>}
    </div>
  )
}

import type { VNode } from 'preact'

const PARTS = ['header', 'payload', 'signature'] as const

interface TokenTextProps {
  token: string
  /** Another token to compare with: what differs is marked. */
  before?: string | undefined
  /** What this is, for a screen reader. */
  label: string
  id?: string | undefined
}

/** A token in its three colours, as text that wraps anywhere. */
export function TokenText({ token, before, label, id }: TokenTextProps): VNode {
  const parts = token.split('.')
  const others = before?.split('.')
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; this names one long word
    <p class="token-text" id={id} role="group" aria-label={label}>
      {parts.map((part, index) => (
        <>
          {index > 0 && <span class="token-dot">.</span>}
          <span class={`part-${PARTS[Math.min(index, 2)]}`}>
            {others === undefined ? part : <Marked text={part} before={others[index] ?? ''} />}
          </span>
        </>
      ))}
    </p>
  )
}

/** Text with the stretch in it that is not as before. */
function Marked({ text, before }: { text: string; before: string }): VNode {
  if (text === before) return <>{text}</>
  const shorter = Math.min(text.length, before.length)
  let start = 0
  while (start < shorter && text[start] === before[start]) start += 1
  let end = 0
  while (end < shorter - start && text.at(-1 - end) === before.at(-1 - end)) end += 1
  const changed = text.slice(start, text.length - end)
  return (
    <>
      {text.slice(0, start)}
      <mark>{changed === '' ? '∅' : changed}</mark>
      {text.slice(text.length - end)}
    </>
  )
}

/** What the three colours stand for. */
export function TokenKey(): VNode {
  return (
    <ul class="token-key">
      <li class="part-header">Header: how it is signed</li>
      <li class="part-payload">Payload: what it says</li>
      <li class="part-signature">Signature: that nobody changed it</li>
    </ul>
  )
}

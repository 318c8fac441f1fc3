import type { VNode } from 'preact'

const PARTS = ['header', 'payload', 'signature'] as const

/** Shows a token with one color per part, as text that wraps anywhere. Marks the differences from `before`. */
export function TokenText({ token, before, label }: { token: string; before?: string; label: string }): VNode {
  const parts = token.split('.')
  const others = before?.split('.')
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields; this group is one long word
    <p class="token-text" role="group" aria-label={label}>
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

/** Marks the part of a text that differs. */
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

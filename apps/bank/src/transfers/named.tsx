import { hasVisibleCharacter } from '@signet/contracts'
import { FreeText } from '@signet/ui'
import type { VNode } from 'preact'

/** An account as people know it: whose it is, or what they call it, where that is theirs to know; and its number. */
export function Named({ name, number }: { name: string | undefined; number: string }): VNode {
  if (name === undefined || !hasVisibleCharacter(name)) return <>{number}</>
  return (
    <>
      <FreeText text={name} /> <span class="muted">{number}</span>
    </>
  )
}

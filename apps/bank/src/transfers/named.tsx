import { hasVisibleCharacter } from '@signet/contracts'
import { FreeText } from '@signet/ui'
import type { VNode } from 'preact'

/** Shows an account's number, with its owner or name if the viewer may see it. */
export function Named({ name, number }: { name: string | undefined; number: string }): VNode {
  if (name === undefined || !hasVisibleCharacter(name)) return <>{number}</>
  return (
    <>
      <FreeText text={name} /> <span class="muted">{number}</span>
    </>
  )
}

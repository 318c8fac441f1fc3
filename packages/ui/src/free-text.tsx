import { hasVisibleCharacter } from '@signet/contracts'
import type { VNode } from 'preact'

/**
 * Text that a user wrote. `bdi` isolates its direction from the surrounding text. The fallback replaces invisible text.
 */
export function FreeText({ text, fallback = '' }: { text: string; fallback?: string }): VNode {
  return <bdi>{hasVisibleCharacter(text) ? text : fallback}</bdi>
}

import { hasVisibleCharacter } from '@signet/contracts'
import type { VNode } from 'preact'

/**
 * Text that a user wrote. Its direction ends with it (`bdi`), so that it cannot turn the text around it; where it shows
 * nothing, the fallback does.
 */
export function FreeText({ text, fallback = '' }: { text: string; fallback?: string }): VNode {
  return <bdi>{hasVisibleCharacter(text) ? text : fallback}</bdi>
}

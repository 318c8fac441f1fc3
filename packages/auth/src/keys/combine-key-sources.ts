import type { KeySource } from './ring.js'

/**
 * Combines two key sources: the first that has a `kid` wins. For a migration from shared secrets to key pairs.
 *
 * @throws {TypeError} without a source
 */
export function combineKeySources(first: KeySource | undefined, second: KeySource | undefined): KeySource {
  if (!first || !second) {
    const only = first ?? second
    if (!only) throw new TypeError('at least one key source is required')
    return only
  }
  return { find: (kid) => first.find(kid) ?? second.find(kid) }
}

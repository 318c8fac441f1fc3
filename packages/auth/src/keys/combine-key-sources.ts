import type { KeySource } from './ring.js'

/**
 * Combines two sources of keys: the first that knows a `kid` wins. For a move from shared secrets to key pairs.
 *
 * @throws {TypeError} without a source.
 */
export function combineKeySources(first: KeySource | undefined, second: KeySource | undefined): KeySource {
  if (!first || !second) {
    const only = first ?? second
    if (!only) throw new TypeError('at least one source of keys is needed')
    return only
  }
  return { find: (kid) => first.find(kid) ?? second.find(kid) }
}

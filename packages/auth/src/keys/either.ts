import type { KeySource } from './ring.js'

/** Looks in the first source and then in the second: for the time in which a company moves from one to the other. */
export function either(first: KeySource | undefined, second: KeySource | undefined): KeySource {
  if (!first || !second) {
    const only = first ?? second
    if (!only) throw new TypeError('at least one source of keys is needed')
    return only
  }
  return { find: (kid) => first.find(kid) ?? second.find(kid) }
}

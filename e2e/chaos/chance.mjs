import { createHash } from 'node:crypto'

/**
 * Chance that repeats: the same seed and name make the same choices in the same order, whatever the others do meanwhile.
 */
export function chance(seed, name) {
  let drawn = 0
  /** From 0 up to, and not including, 1. */
  const next = () => {
    drawn += 1
    return createHash('sha256').update(`${seed}/${name}/${drawn}`).digest().readUInt32BE(0) / 2 ** 32
  }
  return {
    between: (from, to) => from + next() * (to - from),
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    oneOf: (choices) => choices[Math.floor(next() * choices.length)],
    isBelow: (share) => next() < share,
  }
}

import { createHash } from 'node:crypto'

/** Returns random choices that repeat: one seed and name give the same sequence, independent of other names. */
export function seededRandom(seed, name) {
  let drawn = 0
  /** In [0, 1). */
  const next = () => {
    drawn += 1
    return createHash('sha256').update(`${seed}/${name}/${drawn}`).digest().readUInt32BE(0) / 2 ** 32
  }
  return {
    between: (from, to) => from + next() * (to - from),
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    oneOf: (choices) => choices[Math.floor(next() * choices.length)],
    chance: (share) => next() < share,
  }
}

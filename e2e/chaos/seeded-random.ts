import { createHash } from 'node:crypto'

/** Shortest and longest. */
export type Range = readonly [from: number, to: number]

export type Random = ReturnType<typeof seededRandom>

/** Returns random choices that repeat: one seed and name give the same sequence, independent of other names. */
export function seededRandom(seed: string, name: string) {
  let drawn = 0
  /** In [0, 1). */
  const next = () => {
    drawn += 1
    return createHash('sha256').update(`${seed}/${name}/${drawn}`).digest().readUInt32BE(0) / 2 ** 32
  }
  return {
    between: ([from, to]: Range) => from + next() * (to - from),
    whole: (from: number, to: number) => from + Math.floor(next() * (to - from + 1)),
    oneOf: <T>(choices: readonly T[]): T => {
      const choice = choices[Math.floor(next() * choices.length)]
      if (choice === undefined) throw new RangeError('there is nothing to choose from')
      return choice
    },
    chance: (share: number) => next() < share,
  }
}

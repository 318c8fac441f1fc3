import { setTimeout as wait } from 'node:timers/promises'

/** Only a hang takes this long. */
const HANG_LIMIT_MILLISECONDS = 120_000

export interface UntilOptions {
  /** Describes the expected result in the error message. */
  readonly what?: string
  /** Pause between two attempts in ms. Default 25. */
  readonly everyMilliseconds?: number
}

/**
 * Repeats `ask` until `check` accepts its result, and returns that result.
 *
 * Does *not* measure time: the limit of two minutes only ends a hang. Throws an Error that contains the last result.
 */
export async function until<T>(
  ask: () => T | Promise<T>,
  check: (result: T) => boolean,
  { what = 'the expected result', everyMilliseconds = 25 }: UntilOptions = {},
): Promise<T> {
  const giveUpAt = performance.now() + HANG_LIMIT_MILLISECONDS
  for (;;) {
    const result = await ask()
    if (check(result)) return result
    if (performance.now() > giveUpAt) throw new Error(`${what} did not arrive. Last result: ${JSON.stringify(result)}`)
    await wait(everyMilliseconds)
  }
}

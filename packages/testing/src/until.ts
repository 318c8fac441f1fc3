import { setTimeout as wait } from 'node:timers/promises'

/** Only a hang takes this long, on any machine. */
const HANG_LIMIT_MILLISECONDS = 120_000

export interface UntilOptions {
  /** Names what is waited for in the message of a failure. */
  readonly what?: string
  /** Pause between two attempts. Default 25. */
  readonly everyMilliseconds?: number
}

/**
 * Repeats `ask` until `check` holds for its result, and returns that result.
 *
 * It measures no time: the limit of two minutes ends a hang. Throws an Error that shows the last result.
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
    if (performance.now() > giveUpAt) throw new Error(`${what} did not come; last: ${JSON.stringify(result)}`)
    await wait(everyMilliseconds)
  }
}

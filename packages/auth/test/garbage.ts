import type { TestContext } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Runs until the end of the test: objects without a strong reference are collected within milliseconds. */
export function collectGarbageAgainAndAgain(t: TestContext): void {
  setFlagsFromString('--expose-gc')
  const collecting = setInterval(runInNewContext('gc') as () => void, 20)
  t.after(() => clearInterval(collecting))
}

import type { TestContext } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Until the test is over: what is held by nothing but hope is gone within milliseconds. */
export function collectGarbageAgainAndAgain(t: TestContext): void {
  setFlagsFromString('--expose-gc')
  const collecting = setInterval(runInNewContext('gc') as () => void, 20)
  t.after(() => clearInterval(collecting))
}

import { mock } from 'node:test'
import { AuthError } from '../../src/verifier.js'
import { BANK, CLAIMS } from '../support.js'

/** Returns claims of the session at this place of a list. */
export const claims = (idx: number, list = '0') => ({
  ...CLAIMS,
  status: { status_list: { idx, uri: `${BANK}/status-lists/${list}` } },
})

export const codeOf = (code: string) => (error: unknown) => error instanceof AuthError && error.code === code

/** Lets all promises that are due settle. */
export const settle = () => new Promise((resolve) => setImmediate(resolve))

/** Lets seconds of the mocked clock pass, with the poll of each. */
export async function nextSecond(seconds = 1): Promise<void> {
  for (let passed = 0; passed < seconds; passed += 1) {
    mock.timers.tick(1_000)
    await settle()
  }
}

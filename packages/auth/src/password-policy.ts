import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

/** NIST SP 800-63B-4 section 3.1.1.2: at least 15 where the password is the only factor; no rules of composition. */
export const MIN_PASSWORD_CHARACTERS = 15
export const MAX_PASSWORD_CHARACTERS = 128

/** zxcvbn's scale: 0 and 1 fall within a million guesses. */
const GUESSABLE_SCORE = 1

/** The estimator's time grows with the length, up to a third of a second at 128 characters on the event loop. */
const ESTIMATED_CHARACTERS = 40

const estimator = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

/**
 * Why a new password cannot be taken, as a sentence, or undefined when it can: too short, too long, or among the first
 * that anyone would try (common passwords, repetitions, keyboard runs, the person's own name).
 *
 * Does *not* ask a breach database.
 */
export function passwordProblem(password: string, personal: readonly string[] = []): string | undefined {
  const characters = [...password].length
  if (characters < MIN_PASSWORD_CHARACTERS) {
    return `Use at least ${MIN_PASSWORD_CHARACTERS} characters: a few words are easy to remember.`
  }
  if (characters > MAX_PASSWORD_CHARACTERS) return `Use at most ${MAX_PASSWORD_CHARACTERS} characters.`
  const head = [...password].slice(0, ESTIMATED_CHARACTERS).join('')
  if (estimator.check(head, [...personal]).score <= GUESSABLE_SCORE) {
    return 'This password is among the first that anyone would try. Choose another.'
  }
  return undefined
}

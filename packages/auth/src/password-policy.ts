import type { ZxcvbnFactory } from '@zxcvbn-ts/core'

/** NIST SP 800-63B-4 section 3.1.1.2: at least 15 where the password is the only factor; no rules of composition. */
export const MIN_PASSWORD_CHARACTERS = 15
export const MAX_PASSWORD_CHARACTERS = 128

/** zxcvbn's scale: 0 and 1 fall within a million guesses. */
const GUESSABLE_SCORE = 1

/** The estimator's time grows with the length, up to a third of a second at 128 characters on the event loop. */
const ESTIMATED_CHARACTERS = 40
/** And with the ways to read `p4$$w0rd`: a hundred of them, as by default, triple it. */
const L33T_READINGS = 20

/** Its dictionaries take 13 MB: they are loaded with the first new password. */
let estimator: Promise<ZxcvbnFactory> | undefined

async function loadEstimator(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ])
  return new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, l33tMaxSubstitutions: L33T_READINGS })
}

/** Why a new password is too short or too long, as a sentence; undefined when it is neither. Takes no time. */
export function passwordLengthProblem(password: string): string | undefined {
  const characters = [...password].length
  if (characters < MIN_PASSWORD_CHARACTERS) {
    return `Use at least ${MIN_PASSWORD_CHARACTERS} characters: a few words are easy to remember.`
  }
  if (characters > MAX_PASSWORD_CHARACTERS) return `Use at most ${MAX_PASSWORD_CHARACTERS} characters.`
  return undefined
}

/**
 * Why a new password cannot be taken, as a sentence, or undefined when it can: too short, too long, or among the first
 * that anyone would try (common passwords, repetitions, keyboard runs, the person's own name). Takes some milliseconds of
 * the event loop, and the first time 25 more for its dictionaries: count who asks before.
 *
 * Does *not* ask a breach database.
 *
 * @param personal words that the person is known by; of each as many characters count as of the password.
 */
export async function passwordProblem(password: string, personal: readonly string[] = []): Promise<string | undefined> {
  const head = (text: string) => [...text].slice(0, ESTIMATED_CHARACTERS).join('')
  const problem = passwordLengthProblem(password)
  if (problem !== undefined) return problem
  estimator ??= loadEstimator()
  const { score } = (await estimator).check(head(password), personal.map(head))
  return score <= GUESSABLE_SCORE
    ? 'This password is among the first that anyone would try. Choose another.'
    : undefined
}

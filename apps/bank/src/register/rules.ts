import { passwordLengthProblem } from '@signet/auth/issuer'
import { hasVisibleCharacter, withoutDirectionControls } from '@signet/contracts'
import { isLine, isTyped } from '../printable-text.js'
import { foldUsername, isUsername } from '../sign-in/rules.js'

export interface Registration {
  readonly username: string
  readonly name: string
  readonly password: string
}

export type RegistrationProblems = Partial<Record<keyof Registration, string>>

const NOT_TYPED = 'Remove tabs and line breaks.'
const MAX_NAME_CHARACTERS = 64
/** The name is in the token, which must stay under 1 KB because every request carries it. */
const MAX_NAME_JSON_BYTES = 98

/**
 * Returns an error sentence per invalid field. It does not check whether a password is easy to guess: that is slow, and
 * needs a counted attempt.
 */
export function registrationProblems({ username, name, password }: Registration): RegistrationProblems {
  const problems: RegistrationProblems = {}
  if (!isUsername(foldUsername(username))) {
    problems.username = 'Use 3 to 32 letters a to z, digits, dots, dashes or underscores.'
  }
  const characters = [...name.trim()].length
  if (!hasVisibleCharacter(name)) problems.name = 'Enter your name.'
  if (characters > MAX_NAME_CHARACTERS || Buffer.byteLength(JSON.stringify(name.trim())) > MAX_NAME_JSON_BYTES) {
    problems.name = `Use at most ${MAX_NAME_CHARACTERS} characters, fewer in scripts other than Latin.`
  }
  if (!isLine(name)) problems.name = NOT_TYPED
  else if (name !== withoutDirectionControls(name)) {
    problems.name = 'Remove characters that change the direction of text.'
  }
  const passwordProblem = isTyped(password) ? passwordLengthProblem(password) : NOT_TYPED
  if (passwordProblem !== undefined) problems.password = passwordProblem
  return problems
}

export const asRegistered = ({ username, name, password }: Registration): Registration => ({
  username: foldUsername(username),
  name: name.trim(),
  password,
})

/** The accounts of a new customer. The opening balance goes to the first. */
export const OPENING_ACCOUNTS = ['Checking', 'Savings'] as const

/** NIST SP 800-63B-4, section 3.1.1.2: at least 15 if the password is the only factor, and no composition rules. */
export const MIN_PASSWORD_CHARACTERS = 15
export const MAX_PASSWORD_CHARACTERS = 128

/** Returns why a new password is too short or too long, as a sentence, or undefined. Needs no queue. */
export function passwordLengthProblem(password: string): string | undefined {
  const characters = [...password].length
  if (characters < MIN_PASSWORD_CHARACTERS) {
    return `Use at least ${MIN_PASSWORD_CHARACTERS} characters. A few words are easy to remember.`
  }
  if (characters > MAX_PASSWORD_CHARACTERS) return `Use at most ${MAX_PASSWORD_CHARACTERS} characters.`
  return undefined
}

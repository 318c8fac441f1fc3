/** Usernames are one person's in whatever letter case they are typed. */
export const foldUsername = (typed: string): string => typed.trim().toLowerCase()

const USERNAME = /^[a-z0-9._-]{3,32}$/

/** Whether a folded username could exist at all. */
export const isUsername = (folded: string): boolean => USERNAME.test(folded)

/** What the sign-in page says to somebody whom an app sent there. */
const REASONS: Readonly<Record<string, string>> = {
  token_expired: 'Your sign-in has expired. Sign in again to go on where you were.',
  token_revoked: 'This sign-in has been ended. Sign in again.',
  token_malformed: 'Your browser sent a sign-in that could not be read. Sign in again.',
  token_signature_invalid:
    'Your browser sent a sign-in that was changed on the way, and it was refused. Sign in again.',
  token_claims_invalid: 'Your browser sent a sign-in that is not meant for this app. Sign in again.',
}

export const sentenceOf = (reason: string | undefined): string | undefined =>
  reason !== undefined && Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined

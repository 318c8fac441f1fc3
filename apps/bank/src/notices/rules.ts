import type { NoticeKind } from '@signet/bank-database'

/** What a user reads about each change. */
export const SENTENCES: Readonly<Record<NoticeKind, string>> = {
  password_changed: 'Your password was changed',
  password_removed: 'Your password was removed',
  passkey_added: 'A passkey was added',
  passkey_removed: 'A passkey was removed',
  recovery_codes_made: 'New recovery codes were made',
  recovery_code_used: 'A recovery code was used to sign in',
}

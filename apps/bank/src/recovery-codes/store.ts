import type { SessionUser } from '@signet/auth/issuer'
import { AuthError } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import type { Transaction } from '../ledger/store.js'
import { hashOfCode, newCodes } from './rules.js'

/**
 * Replaces all recovery codes of a user, used ones too, and returns the new ones. They cannot be read again. Call it in a
 * transaction that `lockUser` has begun, so that of two concurrent calls only the codes of the last one exist.
 */
export async function replaceCodes(transaction: Transaction, userId: string, now: Date): Promise<string[]> {
  const codes = newCodes()
  await transaction.recoveryCode.deleteMany({ where: { userId } })
  await transaction.recoveryCode.createMany({
    data: codes.map((code) => ({ userId, codeHash: hashOfCode(code), createdAt: now })),
  })
  return codes
}

export interface CodeHolder {
  readonly person: SessionUser
  readonly isUsed: boolean
}

/**
 * Finds the user of a code, also of a used one. The query does not depend on the username, so that the time of the response
 * reveals no usernames.
 */
export async function findCodeHolder(db: BankDatabase, codeHash: string, username: string): Promise<CodeHolder | null> {
  const found = await db.recoveryCode.findUnique({
    where: { codeHash },
    select: { usedAt: true, user: { select: { id: true, username: true, name: true } } },
  })
  return found?.user.username === username ? { person: found.user, isUsed: found.usedAt !== null } : null
}

/** @param detail for the log. */
export const invalidCode = (detail?: string): AuthError =>
  new AuthError('invalid_credentials', detail, {}, 'Invalid username or recovery code. Each code works once.')

/**
 * Consumes a code. One conditional update decides, so of two concurrent logins only one succeeds.
 *
 * @throws {AuthError} `invalid_credentials` when it was used or replaced.
 */
export async function consumeCode(transaction: Transaction, codeHash: string, now: Date): Promise<void> {
  const { count } = await transaction.recoveryCode.updateMany({
    where: { codeHash, usedAt: null },
    data: { usedAt: now },
  })
  if (count === 0) throw invalidCode('it was used or replaced')
}

export interface CodeState {
  readonly unused: number
  /** When the current codes were made; null without codes. */
  readonly madeAt: Date | null
}

export async function findCodeState(db: Pick<Transaction, '$queryRaw'>, userId: string): Promise<CodeState> {
  const [state] = await db.$queryRaw<CodeState[]>`
    SELECT count(*) FILTER (WHERE used_at IS NULL)::int AS unused, max(created_at) AS "madeAt"
    FROM recovery_codes WHERE user_id = ${userId}::uuid`
  return state ?? { unused: 0, madeAt: null }
}

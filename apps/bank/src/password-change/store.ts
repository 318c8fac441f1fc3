import { ServiceError } from '@signet/service'
import type { Transaction } from '../ledger/store.js'

export async function setPassword(
  transaction: Transaction,
  id: string,
  { passwordHash, now }: { readonly passwordHash: string; readonly now: Date },
): Promise<void> {
  await transaction.user.update({ where: { id }, data: { passwordHash, passwordChangedAt: now }, select: { id: true } })
}

/** @throws {ServiceError} `not_found` for a user without a password. */
export async function removePassword(transaction: Transaction, id: string, now: Date): Promise<void> {
  const { count } = await transaction.user.updateMany({
    where: { id, passwordHash: { not: null } },
    data: { passwordHash: null, passwordChangedAt: now },
  })
  if (count === 0) throw new ServiceError('not_found', 'You have no password.')
}

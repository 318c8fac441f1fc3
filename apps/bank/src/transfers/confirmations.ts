import { PASSKEY_CHALLENGE_SECONDS } from '@signet/auth/issuer'
import type { BankDatabase } from '@signet/bank-database'
import { ServiceError } from '@signet/service'
import type { Transaction } from '../ledger/store.js'
import type { Confirmation } from './rules.js'

/** Saves that a passkey has confirmed a transfer, which must be sent within five minutes. */
export async function saveConfirmation(db: BankDatabase, commitment: string, now: Date): Promise<void> {
  const expiresAt = new Date(now.getTime() + PASSKEY_CHALLENGE_SECONDS * 1000)
  await db.transferConfirmation.upsert({
    where: { commitment },
    create: { commitment, expiresAt },
    update: { expiresAt },
  })
}

/** Uses up the confirmation of a request. A transaction that is rolled back keeps it. @throws `reauthentication_required` */
export async function takeConfirmation(transaction: Transaction, commitment: string, now: Date): Promise<Confirmation> {
  const { count } = await transaction.transferConfirmation.deleteMany({ where: { commitment, expiresAt: { gt: now } } })
  if (count === 0) throw new ServiceError('reauthentication_required')
  return 'passkey'
}

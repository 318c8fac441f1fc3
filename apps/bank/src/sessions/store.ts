import type { BankDatabase } from '@signet/bank-database'

export interface NewSession {
  readonly id: string
  readonly userId: string
  readonly strategy: 'jwt'
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly userAgent: string
  readonly address: string
}

export async function insertSession(db: BankDatabase, session: NewSession): Promise<void> {
  await db.session.create({ data: { ...session, lastSeenAt: session.createdAt } })
}

/** Ends a sign-in; ending it again changes nothing. */
export async function endSession(db: BankDatabase, id: string): Promise<void> {
  await db.session.updateMany({ where: { id, endedAt: null }, data: { endedAt: new Date() } })
}

import type { BankDatabase } from '@signet/bank-database'

export interface StoredPerson {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly passwordHash: string
}

export async function findPerson(db: BankDatabase, username: string): Promise<StoredPerson | null> {
  return db.user.findUnique({
    where: { username },
    select: { id: true, username: true, name: true, passwordHash: true },
  })
}

export async function storePasswordHash(db: BankDatabase, id: string, passwordHash: string): Promise<void> {
  await db.user.update({ where: { id }, data: { passwordHash } })
}

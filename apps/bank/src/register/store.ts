import { randomInt, randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import { USD } from '@signet/contracts'
import { isUniqueViolation } from '@signet/database'
import { ServiceError } from '@signet/service'
import { grantOpeningBalance, openAccount } from '../ledger/store.js'
import { OPENING_ACCOUNTS } from './rules.js'

export interface NewCustomer {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly passwordHash: string
}

/**
 * Creates a customer and their accounts in one transaction.
 *
 * @param grantsOpeningBalance adds the opening balance that the database owner has set.
 * @throws {ServiceError} `username_taken`; a unique key decides, so of two concurrent requests only one succeeds.
 */
export async function createCustomer(
  db: BankDatabase,
  customer: NewCustomer,
  { grantsOpeningBalance }: { readonly grantsOpeningBalance: boolean },
): Promise<{ id: string; username: string; name: string }> {
  const { id } = customer
  const accounts = OPENING_ACCOUNTS.map((name) => ({ id: randomUUID(), userId: id, name, number: accountNumber() }))
  try {
    await db.$transaction(async (transaction) => {
      await transaction.user.create({ data: customer })
      for (const account of accounts) await openAccount(transaction, { ...account, currency: USD })
      const [first] = accounts
      if (grantsOpeningBalance && first) await grantOpeningBalance(transaction, first.id)
    })
  } catch (error) {
    // A repeated form has the same id.
    if (isUniqueViolation(error, 'username') || isUniqueViolation(error, 'id')) throw new ServiceError('username_taken')
    throw error
  }
  return { id, username: customer.username, name: customer.name }
}

/** Returns ten random digits in groups. A unique key prevents repetitions. */
function accountNumber(): string {
  const digits = String(randomInt(10 ** 10)).padStart(10, '0')
  return `${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}`
}

import { randomInt, randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import { USD } from '@signet/contracts'
import { isUniqueViolation } from '@signet/database'
import { ServiceError } from '@signet/service'
import { OPENING_ACCOUNTS } from './rules.js'

/**
 * A person, their accounts and the opening entries: all of it or nothing.
 *
 * @throws {ServiceError} `username_taken`; the unique key decides, so two at once cannot both succeed.
 */
export async function createCustomer(
  db: BankDatabase,
  person: { username: string; name: string; passwordHash: string },
): Promise<{ id: string; username: string; name: string }> {
  const id = randomUUID()
  const at = new Date()
  try {
    await db.user.create({
      data: {
        id,
        ...person,
        accounts: {
          create: OPENING_ACCOUNTS.map(({ name, openingMinor }) => ({
            id: randomUUID(),
            name,
            number: accountNumber(),
            currency: USD,
            balance: openingMinor,
            ...(openingMinor === 0n
              ? {}
              : {
                  entries: { create: [{ at, amount: openingMinor, balance: openingMinor, memo: 'Opening balance' }] },
                }),
          })),
        },
      },
    })
  } catch (error) {
    if (isUniqueViolation(error, 'username')) throw new ServiceError('username_taken')
    throw error
  }
  return { id, username: person.username, name: person.name }
}

/** Ten random digits in groups, as people read them out; the unique key guards against the rare repetition. */
function accountNumber(): string {
  const digits = String(randomInt(10 ** 10)).padStart(10, '0')
  return `${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}`
}

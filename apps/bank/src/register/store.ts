import { randomInt, randomUUID } from 'node:crypto'
import type { BankDatabase } from '@signet/bank-database'
import { USD } from '@signet/contracts'
import { isUniqueViolation } from '@signet/database'
import { ServiceError } from '@signet/service'
import { OPENING_ACCOUNTS } from './rules.js'

const OPENING_BALANCE = 'Opening balance'

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
  const accounts = OPENING_ACCOUNTS.map(({ name, openingMinor }) => ({
    openingMinor,
    row: { id: randomUUID(), userId: id, name, number: accountNumber(), currency: USD, balance: 0n },
  }))
  const openings = accounts.flatMap(({ row, openingMinor }) =>
    openingMinor === 0n ? [] : [openingPostings(row.id, openingMinor)],
  )
  try {
    await db.$transaction([
      db.user.create({ data: { id, ...person } }),
      db.account.createMany({ data: accounts.map(({ row }) => row) }),
      db.transfer.createMany({ data: openings.map(({ transfer }) => transfer) }),
      db.entry.createMany({ data: openings.flatMap(({ entries }) => entries) }),
    ])
  } catch (error) {
    if (isUniqueViolation(error, 'username')) throw new ServiceError('username_taken')
    throw error
  }
  return { id, username: person.username, name: person.name }
}

function openingPostings(accountId: string, amount: bigint) {
  const transferId = randomUUID()
  const at = new Date()
  const common = { transferId, at, memo: OPENING_BALANCE }
  return {
    transfer: {
      id: transferId,
      kind: 'opening' as const,
      toAccountId: accountId,
      amount,
      currency: USD,
      memo: OPENING_BALANCE,
      createdAt: at,
    },
    entries: [
      { ...common, accountId, amount },
      { ...common, houseAccount: 'opening_balances' as const, amount: -amount },
    ],
  }
}

/** Ten random digits in groups, as people read them out; the unique key guards against the rare repetition. */
function accountNumber(): string {
  const digits = String(randomInt(10 ** 10)).padStart(10, '0')
  return `${digits.slice(0, 4)}-${digits.slice(4, 8)}-${digits.slice(8)}`
}

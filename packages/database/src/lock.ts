import { setTimeout as wait } from 'node:timers/promises'

interface Transaction {
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>
}

const POLL_MILLISECONDS = 50

/**
 * Takes an advisory lock for the duration of a Prisma transaction. It polls while another transaction holds the lock: a waiting
 * statement would be canceled by the connection's limit (`client.ts`) on a slow machine.
 *
 * Rejects when the transaction's time limit is over.
 */
export async function lockForTransaction(transaction: Transaction, key: bigint): Promise<void> {
  for (;;) {
    const rows = (await transaction.$queryRawUnsafe('SELECT pg_try_advisory_xact_lock($1::bigint) AS locked', key)) as {
      locked: boolean
    }[]
    if (rows[0]?.locked) return
    await wait(POLL_MILLISECONDS)
  }
}

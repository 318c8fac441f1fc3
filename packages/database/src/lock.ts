import { setTimeout as wait } from 'node:timers/promises'

interface Transaction {
  $queryRawUnsafe(query: string, ...values: unknown[]): PromiseLike<unknown>
}

const ASK_AGAIN_MILLISECONDS = 50

/**
 * Takes an advisory lock for as long as a Prisma transaction lasts. Whoever else has it is waited for by asking again: a
 * statement that waits would be cut off by the connection's limit (`client.ts`), long before a slow machine is done.
 *
 * Rejects when the transaction's own time is over.
 */
export async function lockForTransaction(transaction: Transaction, key: bigint): Promise<void> {
  for (;;) {
    const rows = (await transaction.$queryRawUnsafe('SELECT pg_try_advisory_xact_lock($1::bigint) AS locked', key)) as {
      locked: boolean
    }[]
    if (rows[0]?.locked) return
    await wait(ASK_AGAIN_MILLISECONDS)
  }
}

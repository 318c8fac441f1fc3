import { RETIREMENT } from './rules.js'
import type { StoredTransfer, Transfer } from './store.js'

/** The response to a request and its repetitions. It contains nothing that changes later. */
export function answerOf({ id, kind, from, to, amountMinor, currency, memo, createdAt }: Transfer) {
  return {
    id,
    status: kind === 'retirement' ? ('pending' as const) : ('settled' as const),
    kind,
    from: from.number,
    to: to?.number ?? RETIREMENT,
    amount: Number(amountMinor),
    currency,
    memo,
    createdAt: createdAt.toISOString(),
  }
}

/** A transfer within the bank is settled at once, a deposit once retirement has credited it. */
export function settledAtOf({ delivery, createdAt }: StoredTransfer): Date | null {
  return delivery ? delivery.settledAt : createdAt
}

/** The current state of a transfer. */
export function stateOf(transfer: StoredTransfer) {
  const settledAt = settledAtOf(transfer)
  const pending = settledAt === null
  return {
    ...answerOf(transfer),
    status: pending ? ('pending' as const) : ('settled' as const),
    settledAt: settledAt?.toISOString() ?? null,
    pendingSince: pending ? transfer.createdAt.toISOString() : null,
    tries: transfer.delivery?.tries ?? 0,
    problem: pending ? (transfer.delivery?.lastProblem ?? null) : null,
  }
}

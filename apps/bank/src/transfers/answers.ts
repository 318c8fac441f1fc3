import { RETIREMENT } from './rules.js'
import type { StoredTransfer, Transfer } from './store.js'

/** The response to a request, and to the same request again: nothing that changes afterwards is in it. */
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

/** Settled at once where both accounts are the bank's own; a deposit is when retirement holds it. */
export function settledAtOf({ delivery, createdAt }: StoredTransfer): Date | null {
  return delivery ? delivery.settledAt : createdAt
}

/** The transfer as it is now. */
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

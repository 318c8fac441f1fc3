import { MAX_MEMO_LENGTH } from '@signet/contracts'
import Type from 'typebox'
import { FormText, Line, Typed } from '../printable-text.js'
import { RETIREMENT } from './rules.js'
import type { StoredTransfer, Transfer } from './store.js'

/** The body of a transfer request. */
export const TransferBody = Type.Object(
  {
    from: Type.String({ description: 'The id of one of your accounts' }),
    to: Type.String({ description: "An account's id, an account's number, or `retirement`" }),
    amount: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Minor units: cents' }),
    memo: Type.Optional(Line(MAX_MEMO_LENGTH)),
  },
  { additionalProperties: false },
)

/** Accepts any text: errors are shown beside the field, and the typed text is kept. A browser omits an unselected choice. */
const Text = Type.Optional(FormText)
export const FormFields = Type.Object({
  from: Type.Optional(Typed(64)),
  to: Type.Optional(Typed(64)),
  number: Text,
  amount: Text,
  memo: Text,
  key: Type.Optional(Typed(200)),
  return_to: Type.Optional(Type.Unknown()),
  password: Text,
  credential: Type.Optional(Type.String({ maxLength: 16_384 })),
})

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

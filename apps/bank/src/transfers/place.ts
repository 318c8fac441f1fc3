import type { Identity } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { type CallContext, isUuid, ServiceError } from '@signet/service'
import type { Book } from './book.js'
import { needsPassword, type Order, orderHash, parseDestination, RETIREMENT } from './rules.js'
import { findDestination, findEarlier, findOwnAccount, type OrderedTransfer, type Party } from './store.js'

export interface PlaceOptions {
  readonly db: BankDatabase
  readonly book: Book
  /** Transfers of more than this want a password typed a moment ago; 0 = never. */
  readonly stepUpLimitMinor: number
  /** Called when a deposit has been committed to the outbox. */
  readonly onDeposit: () => void
}

export interface Placement {
  readonly order: Order
  readonly person: Pick<Identity, 'id' | 'authTimeSeconds'>
  readonly key: string
  /** Goes with the deposit to retirement. */
  readonly context: CallContext
}

export interface Placed {
  readonly transfer: OrderedTransfer
  /** Whether this very order had been given before, and nothing was moved now. */
  readonly replayed: boolean
}

/**
 * Does what a customer orders, once for each key.
 *
 * @throws {ServiceError} `not_found`, `invalid_request`, `reauthentication_required`, `insufficient_funds`,
 *   `unavailable` when too many wait: nothing has happened and the key is free; `idempotency_key_reused`: the key belongs
 *   to another order.
 */
export async function placeOrder(options: PlaceOptions, placement: Placement): Promise<Placed> {
  const { db } = options
  const { order, person, key, context } = placement
  const hash = orderHash(order)
  const earlier = await replay(db, person.id, key, hash)
  if (earlier) return earlier

  const { from, to } = await findParties(db, person.id, order)
  const nowSeconds = Math.floor(Date.now() / 1000)
  if (needsPassword(order.amount, options.stepUpLimitMinor, { authTimeSeconds: person.authTimeSeconds, nowSeconds })) {
    throw new ServiceError('reauthentication_required')
  }
  const movement = {
    from,
    ...(to ? { to } : {}),
    kind: !to ? ('retirement' as const) : to.userId === person.id ? ('own' as const) : ('customer' as const),
    amountMinor: BigInt(order.amount),
    memo: order.memo,
  }
  const { currency } = from
  const booked = await options.book({ ...movement, currency, userId: person.id, key, orderHash: hash, context })
  if (booked) {
    if (!to) options.onDeposit()
    return { transfer: { ...movement, to, currency, amount: movement.amountMinor, ...booked }, replayed: false }
  }
  // Of two at once with one key the other was first. Only the sweep removes a key, and this one is new.
  const first = await replay(db, person.id, key, hash)
  if (!first) throw new ServiceError('unavailable')
  return first
}

async function replay(db: BankDatabase, userId: string, key: string, hash: string): Promise<Placed | null> {
  const earlier = await findEarlier(db, userId, key)
  if (!earlier) return null
  if (earlier.orderHash !== hash) throw new ServiceError('idempotency_key_reused')
  return { transfer: earlier.transfer, replayed: true }
}

/** The two ends of an order; no `to` where the money goes to retirement. */
export async function findParties(
  db: BankDatabase,
  userId: string,
  order: Pick<Order, 'from' | 'to'>,
): Promise<{ from: Party; to: Party | null }> {
  const from = isUuid(order.from) ? await findOwnAccount(db, userId, order.from) : null
  if (!from) throw new ServiceError('not_found', 'You have no such account.')
  const destination = parseDestination(order.to)
  if (destination === RETIREMENT) return { from, to: null }
  const to = destination && (await findDestination(db, destination))
  if (!to) throw new ServiceError('not_found', 'No account has this number.')
  if (to.id === from.id) throw new ServiceError('invalid_request', 'Choose two different accounts.')
  if (to.currency !== from.currency)
    throw new ServiceError('invalid_request', 'The accounts are in different currencies.')
  return { from, to }
}

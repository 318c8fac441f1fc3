/** A process holds a deposit for this time; then any process may deliver it. Longer than the delivery's timeout. */
export const LEASE_MS = 5_000
export const DELIVERY_TIMEOUT_MS = 3_000

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 4_000
/** Frequent retries do not help after a refusal: an operator must check it. */
const REFUSED_WAIT_MS = 30_000

/**
 * Returns the wait in milliseconds after a failed delivery: exponential backoff up to a limit. Jitter (`random` from 0 to 1)
 * between half and all of it prevents retries of many deposits at the same time.
 */
export function waitMs({ tries, refused, random }: { tries: number; refused: boolean; random: number }): number {
  const limit = refused ? REFUSED_WAIT_MS : LONGEST_WAIT_MS
  const whole = Math.min(
    limit,
    (refused ? REFUSED_WAIT_MS / 4 : FIRST_WAIT_MS) * 2 ** Math.min(Math.max(tries - 1, 0), 20),
  )
  return Math.round(whole / 2 + (whole / 2) * random)
}

export type Outcome =
  | { readonly kind: 'settled' }
  /** No response, or one that is not about the deposit: a retry is likely to succeed. */
  | { readonly kind: 'unreachable'; readonly problem: string }
  /** Retirement refused the deposit: it is retried rarely, and an operator must check it. */
  | { readonly kind: 'refused'; readonly problem: string }

/** Statuses that do not concern the deposit: keys not known there yet, an older version, or overload. */
const NOT_ABOUT_THE_DEPOSIT = new Set([401, 404, 405, 408, 425, 429])

/** Interprets retirement's response: 201 for a new deposit, 200 for one that was credited before. */
export function outcomeOf(statusCode: number, code: string | undefined): Outcome {
  if (statusCode === 200 || statusCode === 201) return { kind: 'settled' }
  const problem = `retirement responded ${statusCode}${code === undefined ? '' : ` ${code}`}`
  const refused = statusCode >= 400 && statusCode < 500 && !NOT_ABOUT_THE_DEPOSIT.has(statusCode)
  return { kind: refused ? 'refused' : 'unreachable', problem }
}

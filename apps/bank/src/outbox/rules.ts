/** A delivery is given up for this time, and may then be tried by any process: longer than it may take. */
export const LEASE_MS = 5_000
/** A delivery takes this long at most. */
export const DELIVERY_TIMEOUT_MS = 3_000

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 4_000
/** A refusal is not cured by trying often; somebody has to look. */
const REFUSED_WAIT_MS = 30_000

/**
 * How long to wait after a delivery that failed: twice as long each time up to a limit, and between half of it and all
 * of it by chance (`random` from 0 to 1), so that what failed together does not come back together.
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
  /** Nobody answered, or nobody who looked at the deposit: trying again is likely to help. */
  | { readonly kind: 'unreachable'; readonly problem: string }
  /** Retirement understood and said no: tried again, seldom, and somebody has to look. */
  | { readonly kind: 'refused'; readonly problem: string }

/** Says nothing about this deposit: keys that are not known there yet, an older version, or not now. */
const NOT_ABOUT_THE_DEPOSIT = new Set([401, 404, 405, 408, 425, 429])

/** What an answer of retirement's means. 201 the first time, 200 when it has the deposit already. */
export function outcomeOf(statusCode: number, code: string | undefined): Outcome {
  if (statusCode === 200 || statusCode === 201) return { kind: 'settled' }
  const problem = `retirement answered ${statusCode}${code === undefined ? '' : ` ${code}`}`
  const refused = statusCode >= 400 && statusCode < 500 && !NOT_ABOUT_THE_DEPOSIT.has(statusCode)
  return { kind: refused ? 'refused' : 'unreachable', problem }
}

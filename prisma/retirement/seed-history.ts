// Generates five years of a plan. The same seed gives the same history, up to its end date.

export interface Saver {
  readonly seed: number
  /** Transferred from an earlier plan, in minor units. */
  readonly openingMinor: number
  readonly monthlyMinor: number
  /** Share in stocks, 0 to 1. The rest is in bonds. */
  readonly stocks: number
}

export interface HistoryEntry {
  readonly at: Date
  readonly kind: 'contribution' | 'growth'
  readonly amountMinor: number
  readonly memo: string
}

const MONTHS = 60
/** Monthly mean and spread: about 8 % a year with a volatility of 14 % for stocks, 3.5 % with 4 % for bonds. */
const STOCKS = { mean: 0.0065, spread: 0.04 }
const BONDS = { mean: 0.0029, spread: 0.0115 }

/** Returns the history, oldest first: the transfer from an earlier plan, then monthly contributions and growth. */
export function historyOf(saver: Saver, now: Date): HistoryEntry[] {
  const normal = normalFrom(saver.seed)
  const inMonth = (offset: number, day: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + offset, day, 9))
  const entries: HistoryEntry[] = []
  let balance = 0
  const addEntry = (at: Date, kind: HistoryEntry['kind'], amountMinor: number, memo: string) => {
    if (at > now || amountMinor === 0) return
    entries.push({ at, kind, amountMinor, memo })
    balance += amountMinor
  }

  addEntry(inMonth(-MONTHS, 1), 'contribution', saver.openingMinor, 'Transfer from an earlier plan')
  for (let month = -MONTHS; month <= 0; month++) {
    // A raise each year.
    const raised = Math.round((saver.monthlyMinor * 1.03 ** Math.floor((month + MONTHS) / 12)) / 500) * 500
    const change =
      saver.stocks * (STOCKS.mean + STOCKS.spread * normal()) +
      (1 - saver.stocks) * (BONDS.mean + BONDS.spread * normal())
    const held = balance
    addEntry(inMonth(month, 27), 'contribution', raised, 'Monthly contribution')
    // Day 0 of the next month is the last day of this one.
    addEntry(inMonth(month + 1, 0), 'growth', Math.round(held * change), change < 0 ? 'Market loss' : 'Market growth')
  }
  return entries
}

/** Returns a repeatable generator of normally distributed numbers (sum of twelve from mulberry32). */
function normalFrom(seed: number): () => number {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return () => Array.from({ length: 12 }, next).reduce((sum, value) => sum + value, -6)
}

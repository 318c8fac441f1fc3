export interface PlanEntry {
  readonly id: string
  readonly at: Date
  readonly kind: 'contribution' | 'growth'
  /** Minor units; growth may be negative. */
  readonly amountMinor: bigint
  readonly memo: string
  /** Of a contribution: from an account at the bank, whose transfer has the entry's id, or from the employer. */
  readonly origin: 'bank' | 'employer' | null
}

export const balanceOf = (entries: readonly PlanEntry[]): bigint =>
  entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)

export const contributionsOf = (entries: readonly PlanEntry[]): PlanEntry[] =>
  entries.filter(({ kind }) => kind === 'contribution')

/** What a month added, in minor units. */
export interface MonthSum {
  /** The last entry of the month. */
  readonly at: Date
  readonly contributedMinor: bigint
  /** Contributions and growth. */
  readonly addedMinor: bigint
}

export interface GrowthPoint {
  at: Date
  contributed: number
  balance: number
}

/** What was paid in and what it had become at the end of each month. `months` oldest first. */
export function growthOf(months: readonly MonthSum[]): GrowthPoint[] {
  let contributed = 0n
  let balance = 0n
  return months.map((month) => {
    contributed += month.contributedMinor
    balance += month.addedMinor
    return { at: month.at, contributed: Number(contributed), balance: Number(balance) }
  })
}

/** Contributions a page of all of them. */
export const PAGE_SIZE = 50
/** Beside the plan. */
export const RECENT = 12

/** The contribution that was seen last: they are read in the order of time, and of ids within a millisecond. */
export interface Cursor {
  readonly at: Date
  readonly id: string
}

export const cursorOf = ({ at, id }: Cursor): string => `${at.getTime()}_${id}`

/** Undefined for anything that `cursorOf` does not make. */
export function parseCursor(text: string): Cursor | undefined {
  const [, milliseconds, id] = /^([1-9]\d{0,13})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text) ?? []
  return milliseconds === undefined || id === undefined ? undefined : { at: new Date(Number(milliseconds)), id }
}

/** Which contributions a page shows: the last few, or a page of all, by `?contributions=all` or a cursor. */
export interface ContributionPage {
  readonly limit: number
  readonly before?: Cursor
}

/** What makes no sense shows the last few. */
export function readPage(asked: unknown): ContributionPage {
  if (asked === 'all') return { limit: PAGE_SIZE }
  const before = typeof asked === 'string' ? parseCursor(asked) : undefined
  return before ? { limit: PAGE_SIZE, before } : { limit: RECENT }
}

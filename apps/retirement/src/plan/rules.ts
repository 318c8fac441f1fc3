export interface PlanEntry {
  readonly id: string
  readonly at: Date
  readonly kind: 'contribution' | 'growth'
  /** Minor units; growth may be negative. */
  readonly amountMinor: bigint
  readonly memo: string
  /** Origin of a contribution. For `bank`, the entry's id is that of the bank's transfer. */
  readonly origin: 'bank' | 'employer' | null
}

export const balanceOf = (entries: readonly PlanEntry[]): bigint =>
  entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)

export const contributionsOf = (entries: readonly PlanEntry[]): PlanEntry[] =>
  entries.filter(({ kind }) => kind === 'contribution')

export interface MonthSum {
  /** Time of the month's last entry. */
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

/** Returns contributions and balance at the end of each month. `months` must be sorted, oldest first. */
export function growthOf(months: readonly MonthSum[]): GrowthPoint[] {
  let contributed = 0n
  let balance = 0n
  return months.map((month) => {
    contributed += month.contributedMinor
    balance += month.addedMinor
    return { at: month.at, contributed: Number(contributed), balance: Number(balance) }
  })
}

/** Contributions per page. */
export const PAGE_SIZE = 50
/** Contributions on the plan page. */
export const RECENT = 12

/** The last contribution of a page. They are sorted by time, then by id. */
export interface Cursor {
  readonly at: Date
  readonly id: string
}

export const cursorOf = ({ at, id }: Cursor): string => `${at.getTime()}_${id}`

/** Parses a cursor of `cursorOf`. Returns undefined for any other text. */
export function parseCursor(text: string): Cursor | undefined {
  const [, milliseconds, id] = /^([1-9]\d{0,13})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text) ?? []
  return milliseconds === undefined || id === undefined ? undefined : { at: new Date(Number(milliseconds)), id }
}

export interface ContributionPage {
  readonly limit: number
  readonly before?: Cursor
}

/** Reads `?contributions=`: `all` or a cursor. Any other value shows the latest contributions. */
export function readPage(asked: unknown): ContributionPage {
  if (asked === 'all') return { limit: PAGE_SIZE }
  const before = typeof asked === 'string' ? parseCursor(asked) : undefined
  return before ? { limit: PAGE_SIZE, before } : { limit: RECENT }
}

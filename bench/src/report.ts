/** The results of `npm run bench`, as `results/latest.json` stores them. */
export interface Report extends Measured {
  readonly goals: readonly Goal[]
}

export interface Measured {
  readonly date: string
  readonly machine: { readonly processor: string | undefined; readonly cores: number; readonly memoryBytes: number }
  readonly versions: Readonly<Record<string, string>>
  readonly me: readonly MeRow[]
  readonly signIn: readonly Share[]
  readonly storm: Storm
  readonly queue: Queue
  readonly sessions: Sessions
  readonly statusList: readonly StatusListRow[]
  readonly signOut: readonly SignOutRow[]
  readonly entries: readonly EntriesRow[]
  readonly start: ReadonlyArray<{ readonly service: string; readonly medianMs: number }>
  readonly bytes: readonly PageBytes[]
}

export interface Goal {
  readonly key: string
  readonly label: string
  readonly atLeast?: number
  readonly atMost?: number
  readonly value: number
}

/** Time from the response to a sign-out until this place refuses the session. */
export interface SignOutRow {
  readonly key: 'bank' | 'replica' | 'retirement' | 'tab' | 'stream' | 'lost'
  readonly label: string
  readonly signOuts: number
  readonly medianMs: number
  readonly p99Ms: number
}

export interface Share {
  readonly key: string
  readonly label: string
  readonly own?: boolean
  readonly share: number
  readonly perSecond: number
}

export interface MeRow extends Share {
  readonly processorMicros: number
}

interface Times {
  readonly medianMs: number
  readonly p99Ms: number
  readonly requests: number
}
interface TimesComparedToIdle extends Times {
  readonly medianRatio: number
  readonly p99Ratio: number
}
export interface Compared {
  readonly idle: Times
  readonly storm: TimesComparedToIdle
  readonly control: TimesComparedToIdle
}
export interface StormRow extends Compared {
  readonly name: string
  readonly label: string
}
export interface Storm {
  readonly signIns: number
  readonly signInsPerSecond: number
  readonly atARate: readonly StormRow[]
  readonly inTurn: readonly StormRow[]
}

export interface Queue {
  readonly sent: number
  readonly taken: number
  readonly refused: number
  readonly takenLastMs: number
  readonly refusedLastMs: number
  readonly order: number
}

export interface Memory {
  readonly residentBytes: number
  readonly heapUsedBytes: number
  readonly externalBytes: number
}
export interface Sessions {
  readonly tokens: number
  readonly rows: ReadonlyArray<{
    readonly sessions: number
    readonly lists: number
    readonly processorMicros: number
    readonly perSecond: number
    readonly share: number
  }>
  readonly memory: { readonly idle: Memory; readonly full: Memory }
}

export interface StatusListRow {
  readonly sessions: number
  readonly lists: number
  readonly memoryBytes: number
  readonly checkNs: number
  readonly hmacNs: number
  readonly redisNs: number
}

export interface EntriesRow {
  readonly kind: string
  readonly label: string
  readonly sizes: ReadonlyArray<{ readonly entries: number; readonly medianMs: number; readonly p95Ms: number }>
}

export interface PageBytes {
  readonly service: string
  readonly path: string
  readonly pageBytes: number
  readonly assets: number
  readonly assetBytes: number
}

/** Called after each measurement of {@link interleave}. */
export type OnMeasured = (round: number, name: string) => void

import type { EntriesRow, Goal, Measured, Memory, MeRow, Report, Share, SignOutRow, StormRow } from './report.js'
import { statusListTable } from './status-list/table.js'

const whole = (number: number) => Math.round(number).toLocaleString('en')
const fixed = (digits: number) => (number: number) => (Number.isFinite(number) ? number.toFixed(digits) : 'n/a')
const one = fixed(1)
const two = fixed(2)
const mebibytes = (bytes: number) => (bytes / 1_048_576).toFixed(1)

interface Section {
  readonly id: string
  readonly title: string
  readonly rows: string[][]
  /** `npm run bench` prints it, and the document leaves it out. */
  readonly printedOnly?: true
}

/** Makes the tables of a report, which `npm run bench` prints and `docs/performance.md` shows. */
export const sections = (report: Report): Section[] => [
  { id: 'goals', title: 'Goals', rows: goalsTable(report) },
  { id: 'me', title: 'GET /api/me, as a share of Fastify without authentication', rows: meTable(report) },
  { id: 'sign-in', title: 'Logins, as a share of a loop of the same hash', rows: signInTable(report) },
  {
    id: 'storm',
    title: `Requests one after the other beside ${report.storm.signIns} parallel logins, in ms`,
    rows: stormTable(report.storm.inTurn),
    printedOnly: true,
  },
  { id: 'storm-at-a-rate', title: 'The same at a steady rate, in ms', rows: stormTable(report.storm.atARate) },
  { id: 'queue', title: 'More logins at once than the queue holds', rows: queueTable(report), printedOnly: true },
  {
    id: 'sessions',
    title: 'GET /api/me at retirement, by sessions in the status lists',
    rows: sessionsTable(report),
    printedOnly: true,
  },
  { id: 'memory', title: 'Memory of a verifier, in MiB', rows: memoryTable(report), printedOnly: true },
  { id: 'sign-out', title: 'Sign-out propagation, in ms', rows: signOutTable(report) },
  { id: 'status-list', title: 'A status list in a verifier', rows: statusListTable(report.statusList) },
  {
    id: 'entries',
    title: "Page of an account's entries, in ms: p50 (p95)",
    rows: entriesTable(report),
    printedOnly: true,
  },
  { id: 'start', title: 'Time from process start to listening', rows: startTable(report), printedOnly: true },
  { id: 'bytes', title: 'Bytes of a page, compressed', rows: bytesTable(report), printedOnly: true },
]

function named<Row>(rows: readonly Row[], is: (row: Row) => boolean): Row {
  const found = rows.find(is)
  if (!found) throw new Error('the report lacks the result of a goal')
  return found
}
const byKey = <Row extends Share>(rows: readonly Row[], key: string): Row => named(rows, (row) => row.key === key)
const byName = (rows: readonly StormRow[], name: string): StormRow => named(rows, (row) => row.name === name)

/** Returns each goal with its result: ratios within one run, and a few absolute limits. */
export function goals({ me, signIn, storm, sessions, entries, signOut }: Measured): Goal[] {
  const seen = byKey(me, 'seen')
  const times = (key: string) => seen.perSecond / byKey(me, key).perSecond
  const newShare = byKey(me, 'neverSeen').perSecond / byKey(me, 'fastifyJwt').perSecond
  const inTurn = (name: string) => byName(storm.inTurn, name).storm
  const atARate = (name: string) => byName(storm.atARate, name).storm
  const slowest = Math.max(
    ...entries
      .filter(({ kind }) => !/Search|NotFound/.test(kind))
      .map(({ sizes }) => sizes.at(-1)?.medianMs ?? Number.NaN),
  )
  const signOutTo = (key: SignOutRow['key']) => named(signOut, (row) => row.key === key)
  const grown = sessions.memory.full.residentBytes - sessions.memory.idle.residentBytes
  return [
    { key: 'seen', label: 'cached token / bare Fastify', atLeast: 0.45, value: seen.share },
    { key: 'fastifyJwt', label: 'cached token / `@fastify/jwt`', atLeast: 1.1, value: times('fastifyJwt') },
    { key: 'expressJwt', label: 'cached token / Express tutorial', atLeast: 10, value: times('expressJwt') },
    { key: 'neverSeen', label: 'new token / `@fastify/jwt`', atLeast: 0.7, value: newShare },
    {
      key: 'signIn',
      label: 'login / loop, one hash at once',
      atLeast: 0.9,
      value: byKey(signIn, 'bankSingle').share,
    },
    {
      key: 'signInAll',
      label: 'login / loop, one per core',
      atLeast: 0.9,
      value: byKey(signIn, 'bank').share,
    },
    ...disturbed('storm', 'beside logins', inTurn('bankMeInTurn'), inTurn('bankPageInTurn')),
    ...disturbed('stormAtARate', 'at steady rate', atARate('bankMe'), atARate('bankPage')),
    { key: 'signOut', label: 'sign-out at retirement: p50, ms', atMost: 30, value: signOutTo('retirement').medianMs },
    { key: 'signOutP99', label: 'sign-out at retirement: p99, ms', atMost: 250, value: signOutTo('retirement').p99Ms },
    {
      key: 'signOutReplicaP99',
      label: 'sign-out at a replica: p99, ms',
      atMost: 250,
      value: signOutTo('replica').p99Ms,
    },
    { key: 'tab', label: 'sign-out in another tab: p99, ms', atMost: 150, value: signOutTo('tab').p99Ms },
    { key: 'stream', label: 'sign-out in a stream: p99, ms', atMost: 250, value: signOutTo('stream').p99Ms },
    { key: 'signOutLost', label: 'notifications lost: p99, ms', atMost: 2_000, value: signOutTo('lost').p99Ms },
    { key: 'entries', label: 'page of 100,000 entries, ms', atMost: 50, value: slowest },
    { key: 'memory', label: 'verifier memory above idle, MiB', atMost: 60, value: grown / 1_048_576 },
  ]
}

const disturbed = (key: string, when: string, me: StormRow['storm'], page: StormRow['storm']): Goal[] => [
  { key: `${key}Me`, label: `/api/me ${when}: p50 / idle`, atMost: 1.5, value: me.medianRatio },
  { key: `${key}MeP99`, label: `/api/me ${when}: p99 / idle`, atMost: 5, value: me.p99Ratio },
  { key: `${key}Page`, label: `page ${when}: p50 / idle`, atMost: 1.5, value: page.medianRatio },
  { key: `${key}PageP99`, label: `page ${when}: p99 / idle`, atMost: 5, value: page.p99Ratio },
]

export const isMet = ({
  atLeast = Number.NEGATIVE_INFINITY,
  atMost = Number.POSITIVE_INFINITY,
  value,
}: Omit<Goal, 'key' | 'label'>): boolean => value >= atLeast && value <= atMost

const goalsTable = (report: Report) => [
  ['ratio or value', 'goal', 'measured', 'reached'],
  ...report.goals.map((goal) => [
    goal.label,
    goal.atLeast === undefined ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`,
    two(goal.value),
    isMet(goal) ? 'yes' : 'no',
  ]),
]

const meTable = ({ me }: { readonly me: readonly MeRow[] }) => [
  ['server', 'share', 'requests/s', 'CPU µs/request'],
  ...me.map((row) => [row.label, two(row.share), whole(row.perSecond), one(row.processorMicros)]),
]

const signInTable = ({ signIn }: Report) => [
  ['program', 'share', 'hashes/s'],
  ...signIn.map((row) => [row.label, two(row.share), one(row.perSecond)]),
]

const stormTable = (targets: readonly StormRow[]) => [
  ['request', 'idle p50', 'p99', 'logins p50', 'p99', 'foreign p50', 'p99'],
  ...targets.map(({ label, idle, storm, control }) => [
    label,
    two(idle.medianMs),
    one(idle.p99Ms),
    ...[storm, control].flatMap((during) => [
      `${two(during.medianMs)} (×${two(during.medianRatio)})`,
      `${one(during.p99Ms)} (×${two(during.p99Ratio)})`,
    ]),
  ]),
]

const queueTable = ({ queue }: Report) => [
  ['logins', 'number', 'last response after (ms)'],
  ['sent at once', whole(queue.sent), ''],
  ['hashed in turn', whole(queue.taken), whole(queue.takenLastMs)],
  ['refused with 503', whole(queue.refused), whole(queue.refusedLastMs)],
  ['pairs answered in order', `${whole(queue.order * 100)} %`, ''],
]

const sessionsTable = ({ sessions }: Report) => [
  ['sessions', 'lists', 'CPU µs/request', 'requests/s', 'share'],
  ...sessions.rows.map((row) => [
    whole(row.sessions),
    whole(row.lists),
    one(row.processorMicros),
    whole(row.perSecond),
    two(row.share),
  ]),
]

const memoryTable = ({ sessions: { memory, tokens } }: Report) => {
  const state = (label: string, { residentBytes, heapUsedBytes, externalBytes }: Memory) => [
    label,
    ...[residentBytes, heapUsedBytes, externalBytes].map(mebibytes),
  ]
  return [
    ['retirement', 'resident', 'heap used', 'external'],
    state('idle', memory.idle),
    state(`${whole(tokens)} tokens, 1,000,000 sessions`, memory.full),
  ]
}

const signOutTable = ({ signOut }: Pick<Report, 'signOut'>) => [
  ['refused or notified', 'sign-outs', 'p50', 'p99'],
  ...signOut.map(({ label, signOuts, medianMs, p99Ms }) => [label, whole(signOuts), one(medianMs), one(p99Ms)]),
]

const entriesTable = ({ entries }: { readonly entries: readonly EntriesRow[] }) => [
  ['request', ...(entries[0]?.sizes ?? []).map(({ entries: count }) => `${whole(count)} entries`)],
  ...entries.map(({ label, sizes }) => [
    label,
    ...sizes.map(({ medianMs, p95Ms }) => `${one(medianMs)} (${one(p95Ms)})`),
  ]),
]

const startTable = ({ start }: Report) => [
  ['service', 'ms'],
  ...start.map(({ service, medianMs }) => [service, whole(medianMs)]),
]

const bytesTable = ({ bytes }: Report) => [
  ['page', 'page bytes', 'with its assets'],
  ...bytes.map(({ service, path, pageBytes, assetBytes }) => [
    `${service} ${path}`,
    whole(pageBytes),
    whole(pageBytes + assetBytes),
  ]),
]

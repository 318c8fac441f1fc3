import { statusListTable } from './status-list/table.mjs'

const whole = (number) => Math.round(number).toLocaleString('en')
const fixed = (digits) => (number) => (Number.isFinite(number) ? number.toFixed(digits) : 'n/a')
const one = fixed(1)
const two = fixed(2)
const mebibytes = (bytes) => (bytes / 1_048_576).toFixed(1)

/** The tables of a report, as `npm run bench` prints them and `docs/performance.md` shows them, by id. */
export const sections = (report) => [
  { id: 'goals', title: 'What it must reach', rows: goalsTable(report) },
  { id: 'me', title: 'GET /api/me, as a share of Fastify that recognises nobody', rows: meTable(report) },
  { id: 'sign-in', title: 'Signing in, as a share of a bare loop of the same hash', rows: signInTable(report) },
  {
    id: 'storm',
    title: `Requests one after the other with ${report.storm.signIns} sign-ins under way, in ms`,
    rows: stormTable(report.storm.inTurn),
  },
  { id: 'storm-at-a-rate', title: 'The same at a steady rate, in ms', rows: stormTable(report.storm.atARate) },
  { id: 'queue', title: 'More sign-ins at once than there is room for', rows: queueTable(report) },
  { id: 'sessions', title: 'GET /api/me at retirement, by sign-ins in the status lists', rows: sessionsTable(report) },
  { id: 'memory', title: 'Memory of a verifier, in MiB', rows: memoryTable(report) },
  { id: 'status-list', title: 'A status list, as a verifier holds it', rows: statusListTable(report.statusList) },
  {
    id: 'entries',
    title: "A page of an account's entries, in ms: median (95th percentile)",
    rows: entriesTable(report),
  },
  { id: 'start', title: 'From the start of the process until it listens', rows: startTable(report) },
  { id: 'bytes', title: 'Bytes of a page, compressed', rows: bytesTable(report) },
]

const byKey = (rows, key, name = 'key') => rows.find((row) => row[name] === key)

/** What was set as a goal, and what came out: ratios within one run, and the few limits that are absolute. */
export function goals({ me, signIn, storm, sessions, entries }) {
  const seen = byKey(me, 'seen')
  const times = (key) => seen.perSecond / byKey(me, key).perSecond
  const inTurn = (name) => byKey(storm.inTurn, name, 'name').storm
  const atARate = (name) => byKey(storm.atARate, name, 'name').storm
  const slowest = Math.max(
    ...entries.filter(({ kind }) => !/Search|NotFound/.test(kind)).map(({ sizes }) => sizes.at(-1).medianMs),
  )
  const grown = sessions.memory.full.residentBytes - sessions.memory.idle.residentBytes
  return [
    { key: 'seen', label: 'token seen before, of bare Fastify', atLeast: 0.8, value: seen.share },
    { key: 'fastifyJwt', label: 'the same, of `@fastify/jwt` by its README', atLeast: 1.8, value: times('fastifyJwt') },
    { key: 'expressJwt', label: 'the same, of the Express tutorial', atLeast: 20, value: times('expressJwt') },
    {
      key: 'neverSeen',
      label: 'token never seen, of bare Fastify',
      atLeast: 0.45,
      value: byKey(me, 'neverSeen').share,
    },
    {
      key: 'signIn',
      label: 'signing in, one hash at once, of the loop',
      atLeast: 0.9,
      value: byKey(signIn, 'bankSingle').share,
    },
    {
      key: 'signInAll',
      label: 'signing in, a hash a core, of the loop',
      atLeast: 0.9,
      value: byKey(signIn, 'bank').share,
    },
    ...disturbed('storm', 'under sign-ins', inTurn('bankMeInTurn'), inTurn('bankPageInTurn')),
    ...disturbed('stormAtARate', 'at a steady rate', atARate('bankMe'), atARate('bankPage')),
    { key: 'entries', label: 'a page of 100,000 entries, ms', atMost: 50, value: slowest },
    { key: 'memory', label: 'memory of a verifier above idle, MiB', atMost: 60, value: grown / 1_048_576 },
  ]
}

const disturbed = (key, when, me, page) => [
  { key: `${key}Me`, label: `GET /api/me ${when}: median, of idle`, atMost: 1.5, value: me.medianRatio },
  { key: `${key}MeP99`, label: 'the same: 99th percentile', atMost: 5, value: me.p99Ratio },
  { key: `${key}Page`, label: `a page ${when}: median, of idle`, atMost: 1.5, value: page.medianRatio },
  { key: `${key}PageP99`, label: 'the same: 99th percentile', atMost: 5, value: page.p99Ratio },
]

export const isMet = ({ atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY, value }) =>
  value >= atLeast && value <= atMost

const goalsTable = (report) => [
  ['what', 'goal', 'measured', 'reached'],
  ...report.goals.map((goal) => [
    goal.label,
    goal.atLeast === undefined ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`,
    two(goal.value),
    isMet(goal) ? 'yes' : 'no',
  ]),
]

const meTable = ({ me }) => [
  ['who answers', 'share', 'requests a second', 'processor time each (µs)'],
  ...me.map((row) => [row.label, two(row.share), whole(row.perSecond), one(row.processorMicros)]),
]

const signInTable = ({ signIn }) => [
  ['who', 'share', 'a second'],
  ...signIn.map((row) => [row.label, two(row.share), one(row.perSecond)]),
]

const stormTable = (targets) => [
  ['what is asked for', 'idle: median', 'p99', 'sign-ins: median', 'p99', 'other hashing: median', 'p99'],
  ...targets.map(({ label, idle, storm, control }) => [
    label,
    two(idle.medianMs),
    one(idle.p99Ms),
    ...[storm, control].flatMap((during) => [
      `${two(during.medianMs)} (× ${two(during.medianRatio)})`,
      `${one(during.p99Ms)} (× ${two(during.p99Ratio)})`,
    ]),
  ]),
]

const queueTable = ({ queue }) => [
  ['sign-ins', 'number', 'the last was answered after (ms)'],
  ['sent at once', whole(queue.sent), ''],
  ['hashed, in turn', whole(queue.taken), whole(queue.takenLastMs)],
  ['refused: 503 with Retry-After', whole(queue.refused), whole(queue.refusedLastMs)],
  ['pairs that were answered in the order of sending', `${whole(queue.order * 100)} %`, ''],
]

const sessionsTable = ({ sessions }) => [
  ['sign-ins', 'lists', 'processor time each (µs)', 'requests a second', 'of those with one'],
  ...sessions.rows.map((row) => [
    whole(row.sessions),
    whole(row.lists),
    one(row.processorMicros),
    whole(row.perSecond),
    two(row.share),
  ]),
]

const memoryTable = ({ sessions: { memory, tokens } }) => {
  const state = (label, { residentBytes, heapUsedBytes, externalBytes }) => [
    label,
    ...[residentBytes, heapUsedBytes, externalBytes].map(mebibytes),
  ]
  return [
    ['retirement', 'resident', 'heap in use', 'outside of the heap'],
    state('idle', memory.idle),
    state(`${whole(tokens)} tokens, a million sign-ins`, memory.full),
  ]
}

const entriesTable = ({ entries }) => [
  ['what', ...entries[0].sizes.map(({ entries: count }) => `${whole(count)} entries`)],
  ...entries.map(({ label, sizes }) => [
    label,
    ...sizes.map(({ medianMs, p95Ms }) => `${one(medianMs)} (${one(p95Ms)})`),
  ]),
]

const startTable = ({ start }) => [
  ['service', 'ms'],
  ...start.map(({ service, medianMs }) => [service, whole(medianMs)]),
]

const bytesTable = ({ bytes }) => [
  ['page', 'the page', 'files with it', 'their bytes, once', 'all together'],
  ...bytes.map(({ service, path, pageBytes, assets, assetBytes }) => [
    `${service} ${path}`,
    whole(pageBytes),
    whole(assets),
    whole(assetBytes),
    whole(pageBytes + assetBytes),
  ]),
]

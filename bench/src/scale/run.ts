/**
 * Measures the cost of revocations at scale: CPU time of a verifier, the bank and PostgreSQL. The rate of revocations
 * assumes that every user signs out once within the twelve hours of a session.
 */
import { processorMs, residentBytes } from '../processes.js'
import { type Server, sendRequest } from '../requests.js'
import { type Services, startServices } from '../services.js'
import { table } from '../table.js'
import { distinctTokens } from '../tokens.js'
import { benchRenewals } from './renewals.js'
import { firstSessionOf, listsOf, openSessions } from './sessions.js'

const SESSION_TTL_SECONDS = 43_200
const SETTLE_MS = 3_000

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function metric(server: Server, name: string) {
  const { text } = await sendRequest({ ...server, path: '/metrics' })
  const line = text.split('\n').find((each) => each.startsWith(`${name}{`))
  return Number(line?.split(' ').at(-1))
}

/** Makes retirement follow every status list, by a request with a token of each. */
async function followLists({ bank, retirement }: Services, issuer: string, lists: number) {
  for (let list = 1; list <= lists; list += 1) {
    const [token] = distinctTokens(bank.token, bank.secretFile, 1, firstSessionOf(issuer, list))
    const { status, text } = await sendRequest({
      ...retirement,
      path: '/api/me',
      headers: { authorization: `Bearer ${token}` },
    })
    if (status !== 200) throw new Error(`retirement responded ${status} to a token of list ${list}: ${text}`)
  }
}

/** Revokes sessions at this rate, spread evenly over each second. */
async function endings(signIns: SignIns, perSecond: number, seconds: number) {
  const BATCHES = 10
  const startedAt = performance.now()
  for (let batch = 0; batch < seconds * BATCHES; batch += 1) {
    if (perSecond > 0) await signIns.end(Math.max(1, Math.round(perSecond / BATCHES)))
    const early = startedAt + ((batch + 1) * 1000) / BATCHES - performance.now()
    if (early > 0) await wait(early)
  }
}

type SignIns = Awaited<ReturnType<typeof openSessions>>

interface Load {
  readonly perSecond: number
  readonly bank: number
  readonly verifier: number
}
interface ScaleResult {
  readonly signIns: number
  readonly lists: number
  readonly quiet: Load
  readonly ending: Load
  readonly ageSeconds: number
  readonly verifierBytes: number | undefined
}

async function benchScale({
  sizes = [1_000_000, 10_000_000, 100_000_000],
  seconds = 10,
  renewals = 10_000,
  onMeasured,
}: {
  readonly sizes?: readonly number[]
  readonly seconds?: number
  readonly renewals?: number
  readonly onMeasured: (result: object) => void
}) {
  const services = await startServices({ LOGIN_RATE_LIMIT: '0' })
  const issuer = services.demo.bankUrl
  const signIns = await openSessions(services.demo.ownerUrls.bank)
  const results: ScaleResult[] = []
  try {
    const renewed = await benchRenewals(services, renewals)
    onMeasured(renewed)
    for (const count of sizes) {
      const lists = listsOf(count)
      await signIns.fill(lists)
      await followLists(services, issuer, lists)
      await wait(SETTLE_MS)
      const { bank, retirement } = services
      const during = async (perSecond: number): Promise<Load> => {
        const usedMs = () => [bank, retirement].map(({ pid }) => processorMs(pid) ?? Number.NaN) as [number, number]
        const before = usedMs()
        const startedAt = performance.now()
        await endings(signIns, perSecond, seconds)
        const took = performance.now() - startedAt
        const after = usedMs()
        return { perSecond, bank: (after[0] - before[0]) / took, verifier: (after[1] - before[1]) / took }
      }
      const result = {
        signIns: count,
        lists,
        quiet: await during(0),
        ending: await during(Math.round(count / SESSION_TTL_SECONDS)),
        ageSeconds: await metric(retirement, 'status_list_age_seconds'),
        verifierBytes: residentBytes(retirement.pid),
      }
      onMeasured(result)
      results.push(result)
    }
    return { results, renewed, sessionBytes: await signIns.sessionBytes() }
  } finally {
    await signIns.close()
    await services.stop()
  }
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

const scaleTable = ({ results }: { readonly results: readonly ScaleResult[] }) => [
  ['sessions', 'lists', 'revocations/s', 'bank, idle', 'verifier, idle', 'bank', 'verifier', 'oldest list (s)'],
  ...results.map(({ signIns, lists, quiet, ending, ageSeconds }) => [
    signIns.toLocaleString('en'),
    String(lists),
    ending.perSecond.toLocaleString('en'),
    percent(quiet.bank),
    percent(quiet.verifier),
    percent(ending.bank),
    percent(ending.verifier),
    ageSeconds.toFixed(1),
  ]),
]

const measured = await benchScale({ onMeasured: (result) => process.stderr.write(`${JSON.stringify(result)}\n`) })
const { renewed, sessionBytes } = measured
process.stdout.write(`${table(scaleTable(measured))}

A session in the database: ${sessionBytes.toFixed(0)} bytes.
A renewal: ${renewed.bankMicros.toFixed(0)} µs of the bank's CPU time, ${renewed.postgresMicros.toFixed(0)} µs of PostgreSQL's.
`)
process.exit(0)

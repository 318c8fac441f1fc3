/**
 * What following the endings of very many sign-ins costs: the processor time of a verifier, of the bank, and of PostgreSQL,
 * in a second in which as many end as would if everybody signed out within the twelve hours that a sign-in may live.
 */
import { processorMs, residentBytes } from '../processes.mjs'
import { ask } from '../requests.mjs'
import { startServices } from '../services.mjs'
import { table } from '../table.mjs'
import { distinctTokens } from '../tokens.mjs'
import { benchRenewals } from './renewals.mjs'
import { listsOf, openSignIns, standingIn } from './sign-ins.mjs'

const SESSION_TTL_SECONDS = 43_200
const SETTLE_MS = 3_000

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function metric({ port, host }, name) {
  const { text } = await ask({ port, host, path: '/metrics' })
  const line = text.split('\n').find((each) => each.startsWith(`${name}{`))
  return Number(line?.split(' ').at(-1))
}

/** Has retirement follow every list, as it does once somebody of each has come by. */
async function haveFollowed({ bank, retirement }, issuer, lists) {
  for (let list = 1; list <= lists; list += 1) {
    const [token] = distinctTokens(bank.token, bank.secretFile, 1, standingIn(issuer, list))
    const { status, text } = await ask({
      ...retirement,
      path: '/api/me',
      headers: { authorization: `Bearer ${token}` },
    })
    if (status !== 200) throw new Error(`retirement answered ${status} to a sign-in of list ${list}: ${text}`)
  }
}

/** Endings a second for so many sign-ins, spread over the second as they would come. */
async function endings(signIns, perSecond, seconds) {
  const BATCHES = 10
  const startedAt = performance.now()
  for (let batch = 0; batch < seconds * BATCHES; batch += 1) {
    if (perSecond > 0) await signIns.end(Math.max(1, Math.round(perSecond / BATCHES)))
    const early = startedAt + ((batch + 1) * 1000) / BATCHES - performance.now()
    if (early > 0) await wait(early)
  }
}

async function benchScale({
  sizes = [1_000_000, 10_000_000, 100_000_000],
  seconds = 10,
  renewals = 10_000,
  onMeasured,
} = {}) {
  const services = await startServices({ LOGIN_RATE_LIMIT: '0' })
  const issuer = services.demo.bankUrl
  const signIns = await openSignIns(services.demo.ownerUrls.bank)
  const results = []
  try {
    const renewed = await benchRenewals(services, renewals)
    onMeasured?.(renewed)
    for (const count of sizes) {
      const lists = listsOf(count)
      await signIns.fill(lists)
      await haveFollowed(services, issuer, lists)
      await wait(SETTLE_MS)
      const { bank, retirement } = services
      const measured = {}
      for (const [kind, perSecond] of [
        ['quiet', 0],
        ['ending', Math.round(count / SESSION_TTL_SECONDS)],
      ]) {
        const before = [bank, retirement].map(({ pid }) => processorMs(pid))
        const startedAt = performance.now()
        await endings(signIns, perSecond, seconds)
        const took = performance.now() - startedAt
        const shares = [bank, retirement].map(({ pid }, n) => (processorMs(pid) - before[n]) / took)
        measured[kind] = { perSecond, bank: shares[0], verifier: shares[1] }
      }
      const result = {
        signIns: count,
        lists,
        ...measured,
        ageSeconds: await metric(retirement, 'status_list_age_seconds'),
        verifierBytes: residentBytes(retirement.pid),
      }
      onMeasured?.(result)
      results.push(result)
    }
    return { results, renewed, sessionBytes: await signIns.sessionBytes() }
  } finally {
    await signIns.close()
    await services.stop()
  }
}

const percent = (share) => `${(share * 100).toFixed(1)} %`

const scaleTable = ({ results }) => [
  ['sign-ins', 'lists', 'endings a second', 'bank, quiet', 'verifier, quiet', 'bank', 'verifier', 'oldest list (s)'],
  ...results.map(({ signIns, lists, quiet, ending, ageSeconds }) => [
    signIns.toLocaleString('en'),
    lists,
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

A sign-in in the database: ${sessionBytes.toFixed(0)} bytes.
A renewal: ${renewed.bankMicros.toFixed(0)} µs of the bank's processor time, ${renewed.postgresMicros.toFixed(0)} µs of PostgreSQL's.
`)
process.exit(0)

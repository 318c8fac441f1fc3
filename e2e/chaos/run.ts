import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createBankDatabase } from '@signet/bank-database'
import { createRetirementDatabase } from '@signet/retirement-database'
import { call, claimsOf, register } from '../processes/requests.js'
import { openWorld } from '../processes/world.js'
import { createClient } from './client.js'
import { createKiller, VICTIMS } from './killer.js'
import { checkLedgers } from './ledger-check.js'
import { seededRandom } from './seeded-random.js'

/** Open tabs of each customer. */
const TABS = [2, 2, 2, 2]
const PAUSE_MS = [20, 120]
/** Short, so that tokens expire and are renewed during kills. Longer than a client waits for a response. */
const TOKEN_TTL_SECONDS = 10
/** For pending requests and deposits at the end. Only a hang takes this long. */
const PATIENCE_MS = 120_000
const PROGRESS_EVERY_MS = 5_000

/**
 * Runs customers that move money while services and PostgreSQL are killed, then checks the ledgers.
 *
 * @param isEnough returns whether to end, given the counts so far: `seconds`, `transferRequests`, `kills`, `killsOfPostgres`, `renewals`
 * @param tabs open tabs of each customer; `pauseMs`: between two transfers of a tab, `[shortest, longest]`
 * @param keepLogsIn folder for the services' logs when there are problems
 * @returns `problems`, each a sentence with examples, and the counts
 */
export async function runChaos({ keepLogsIn, ...given }) {
  const options = {
    pauseSeconds: [2, 5],
    awayAtOnce: 2,
    victims: VICTIMS,
    tabs: TABS,
    pauseMs: PAUSE_MS,
    say: () => {},
  }
  const world = await openWorld({ ownServer: true })
  const databases = [createBankDatabase(world.urls.bank), createRetirementDatabase(world.urls.retirement)]
  try {
    const result = await inWorld(world, databases, { ...options, ...given })
    if (result.problems.length > 0 && keepLogsIn) await cp(join(world.dataDir, 'logs'), keepLogsIn, { recursive: true })
    return result
  } finally {
    await Promise.all(databases.map((database) => database.$disconnect()))
    await world.close()
  }
}

async function inWorld(world, [bank, retirement], { isEnough, seed, tabs, pauseMs, say, ...kills }) {
  const env = { ACCESS_TOKEN_TTL: String(TOKEN_TTL_SECONDS), STEP_UP_LIMIT: '0' }
  const [first, second, plans] = await Promise.all([
    world.start('bank', { port: world.ports.bank, env }),
    world.start('bank', { env }),
    world.start('retirement', { port: world.ports.retirement, env }),
  ])
  const services = { banks: [first, second], retirement: plans }
  const people = await Promise.all(tabs.map(() => customer(first)))

  const tally = { kills: 0, killsOfPostgres: 0, retries: 0, lost: 0, repeated: 0, renewals: 0 }
  const transferRequests = []
  const startedAt = performance.now()
  let overAt
  const isOver = () => {
    const seconds = (performance.now() - startedAt) / 1000
    if (overAt === undefined && isEnough({ ...tally, transferRequests: transferRequests.length, seconds }))
      overAt = performance.now()
    return overAt !== undefined
  }
  const giveUpAt = () => (overAt ?? performance.now()) + PATIENCE_MS
  const report = (text) => say(`${String(Math.round((performance.now() - startedAt) / 1000)).padStart(3)} s  ${text}`)
  const counts = () =>
    `${transferRequests.length} transfer requests, ${tally.lost} lost responses, ${tally.retries} retries, ${tally.renewals} renewals, ${tally.kills} kills`

  const clients = people.flatMap((who, person) =>
    Array.from({ length: tabs[person] }, (_, tab) => {
      const name = `client ${person + 1}.${tab + 1}`
      const strangers = people.filter((other) => other !== who).map(({ accounts }) => accounts[0].number)
      const random = seededRandom(seed, name)
      return createClient({
        name,
        who,
        strangers,
        services,
        random,
        pauseMs,
        tally,
        record: (transferRequest) => transferRequests.push(transferRequest),
      })
    }),
  )
  const random = seededRandom(seed, 'kills')
  const kill = createKiller({ world, services, env, random, ...kills, tally, say: report })

  const ticking = setInterval(() => report(counts()), PROGRESS_EVERY_MS)
  try {
    const results = await Promise.allSettled([kill(isOver), ...clients.map((client) => client.work(isOver, giveUpAt))])
    report(`over: ${counts()}`)
    const arrived = await untilSettled(bank, giveUpAt)
    if (arrived) report('all deposits have arrived')
    results.push(...(await Promise.allSettled(clients.map((client) => client.assertSignedIn(giveUpAt)))))
    const problems = results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message)
    if (world.endedByThemselves.length > 0)
      problems.push(`services that exited without being killed: ${world.endedByThemselves.join(', ')}`)
    const ledgers = await checkLedgers({ bank, retirement, transferRequests, people })
    return {
      ...tally,
      ...ledgers,
      transferRequests: transferRequests.length,
      problems: [...problems, ...ledgers.problems],
    }
  } finally {
    clearInterval(ticking)
  }
}

/** Registers a customer. Returns both tokens and both accounts. */
async function customer(bank) {
  const { token, refresh } = await register(bank)
  const { body } = await call(bank, 'GET', '/api/accounts', { token })
  return { jar: { token, refresh }, id: claimsOf(token).sub, accounts: body.data }
}

/** Waits for the relays to deliver every deposit. False after the time limit: the ledger check then lists the missing ones. */
async function untilSettled(bank, giveUpAt) {
  while (performance.now() <= giveUpAt()) {
    if ((await bank.depositOutbox.count({ where: { settledAt: null } })) === 0) return true
    await wait(100)
  }
  return false
}

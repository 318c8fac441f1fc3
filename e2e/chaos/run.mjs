import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createBankDatabase } from '@signet/bank-database'
import { createRetirementDatabase } from '@signet/retirement-database'
import { call, claimsOf, register } from '../processes/requests.mjs'
import { openWorld } from '../processes/world.mjs'
import { checkBooks } from './books.mjs'
import { chance } from './chance.mjs'
import { createClient } from './client.mjs'
import { createKiller, VICTIMS } from './killer.mjs'

/** How many tabs each customer has open. */
const TABS = [2, 2, 2, 2]
const PAUSE_MS = [20, 120]
/** Short, so that tokens run out, and are renewed, while things die. Longer than a client waits for an answer. */
const TOKEN_TTL_SECONDS = 10
/** For what is under way at the end, and for the deposits to arrive: only a hang takes this long. */
const PATIENCE_MS = 120_000
const PROGRESS_EVERY_MS = 5_000

/**
 * Customers move money while services and PostgreSQL are killed, and afterwards the books are checked.
 *
 * @param isEnough whether to end, by what was counted so far: `seconds`, `orders`, `kills`, `killsOfPostgres`, `renewals`
 * @param tabs how many tabs each customer has open; `pauseMs`: from one order of a tab to the next, `[shortest, longest]`
 * @param keepLogsIn where the services' logs go when something was wrong
 * @returns `problems`, each a sentence with examples (none: all is well), and what was counted
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
  const orders = []
  const startedAt = performance.now()
  let overAt
  const isOver = () => {
    const seconds = (performance.now() - startedAt) / 1000
    if (overAt === undefined && isEnough({ ...tally, orders: orders.length, seconds })) overAt = performance.now()
    return overAt !== undefined
  }
  const giveUpAt = () => (overAt ?? performance.now()) + PATIENCE_MS
  const report = (text) => say(`${String(Math.round((performance.now() - startedAt) / 1000)).padStart(3)} s  ${text}`)
  const counts = () =>
    `${orders.length} orders, ${tally.lost} lost answers, ${tally.retries} retries, ${tally.renewals} renewals, ${tally.kills} kills`

  const clients = people.flatMap((who, person) =>
    Array.from({ length: tabs[person] }, (_, tab) => {
      const name = `client ${person + 1}.${tab + 1}`
      const strangers = people.filter((other) => other !== who).map(({ accounts }) => accounts[0].number)
      const random = chance(seed, name)
      return createClient({
        name,
        who,
        strangers,
        services,
        random,
        pauseMs,
        tally,
        record: (order) => orders.push(order),
      })
    }),
  )
  const random = chance(seed, 'kills')
  const kill = createKiller({ world, services, env, random, ...kills, tally, say: report })

  const ticking = setInterval(() => report(counts()), PROGRESS_EVERY_MS)
  try {
    const results = await Promise.allSettled([kill(isOver), ...clients.map((client) => client.work(isOver, giveUpAt))])
    report(`over: ${counts()}`)
    const arrived = await untilSettled(bank, giveUpAt)
    if (arrived) report('all deposits have arrived')
    results.push(...(await Promise.allSettled(clients.map((client) => client.look(giveUpAt)))))
    const problems = results.filter(({ status }) => status === 'rejected').map(({ reason }) => reason.message)
    if (world.endedByThemselves.length > 0)
      problems.push(`services that nobody killed: ${world.endedByThemselves.join(', ')}`)
    const books = await checkBooks({ bank, retirement, orders, people })
    return { ...tally, ...books, orders: orders.length, problems: [...problems, ...books.problems] }
  } finally {
    clearInterval(ticking)
  }
}

/** A new customer with both tokens and both accounts. */
async function customer(bank) {
  const { token, refresh } = await register(bank)
  const { body } = await call(bank, 'GET', '/api/accounts', { token })
  return { jar: { token, refresh }, id: claimsOf(token).sub, accounts: body.data }
}

/** By themselves: the relays are left alone. False when it takes too long; the books then say which are missing. */
async function untilSettled(bank, giveUpAt) {
  while (performance.now() <= giveUpAt()) {
    if ((await bank.depositOutbox.count({ where: { settledAt: null } })) === 0) return true
    await wait(100)
  }
  return false
}

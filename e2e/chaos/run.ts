import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type BankDatabase, createBankDatabase } from '@signet/bank-database'
import { createRetirementDatabase, type RetirementDatabase } from '@signet/retirement-database'
import { type OwnServer, openOwnServer } from '@signet/testing'
import { call, claimsOf, register } from '../processes/requests.js'
import type { Target } from '../processes/services.js'
import { openWorld, type World } from '../processes/world.js'
import { type Customer, createClient, type TransferRequest } from './client.js'
import { createKiller, type KillOptions, type Services, VICTIMS } from './killer.js'
import { checkLedgers } from './ledger-check.js'
import { type Range, seededRandom } from './seeded-random.js'

/** Open tabs of each customer. */
const TABS = [2, 2, 2, 2]
const PAUSE_MS: Range = [20, 120]
/** Short, so that tokens expire and are renewed during kills. Longer than a client waits for a response. */
const TOKEN_TTL_SECONDS = 10
/** For pending requests and deposits at the end. Only a hang takes this long. */
const PATIENCE_MS = 120_000
const PROGRESS_EVERY_MS = 5_000

interface Tally {
  kills: number
  killsOfPostgres: number
  retries: number
  lost: number
  repeated: number
  renewals: number
}

export interface CountsSoFar extends Tally {
  readonly transferRequests: number
  readonly seconds: number
}

interface RunOptions extends KillOptions {
  /** Returns whether to end. */
  readonly isEnough: (counted: CountsSoFar) => boolean
  readonly seed: string
  /** Open tabs of each customer. */
  readonly tabs: readonly number[]
  /** Between two transfers of a tab. */
  readonly pauseMs: Range
  readonly say: (line: string) => void
}

export type ChaosOptions = Partial<RunOptions> &
  Pick<RunOptions, 'isEnough' | 'seed'> & {
    /** Folder for the services' logs when there are problems. */
    readonly keepLogsIn: string
  }

/** What a run did. Each problem is a sentence with examples. */
export interface ChaosResult extends Tally {
  readonly problems: readonly string[]
  readonly transferRequests: number
  readonly transfers: number
  readonly deposits: number
  readonly refused: number
}

/** Runs customers that move money while services and PostgreSQL are killed, then checks the ledgers. */
export async function runChaos({ keepLogsIn, ...given }: ChaosOptions): Promise<ChaosResult> {
  const options = {
    pauseSeconds: [2, 5] as Range,
    awayAtOnce: 2,
    victims: VICTIMS,
    tabs: TABS,
    pauseMs: PAUSE_MS,
    say: () => {},
  }
  const postgres = await openOwnServer({ durable: true })
  const world = await openWorld({ postgres })
  const bank = createBankDatabase(world.urls.bank)
  const retirement = createRetirementDatabase(world.urls.retirement)
  try {
    const result = await inWorld({ world, postgres, bank, retirement }, { ...options, ...given })
    if (result.problems.length > 0) await cp(join(world.dataDir, 'logs'), keepLogsIn, { recursive: true })
    return result
  } finally {
    await Promise.all([bank.$disconnect(), retirement.$disconnect()])
    await world.close()
  }
}

interface Parts {
  readonly world: World
  readonly postgres: OwnServer
  readonly bank: BankDatabase
  readonly retirement: RetirementDatabase
}

async function inWorld(
  { world, postgres, bank, retirement }: Parts,
  { isEnough, seed, tabs, pauseMs, say, ...kills }: RunOptions,
): Promise<ChaosResult> {
  const env = { ACCESS_TOKEN_TTL: String(TOKEN_TTL_SECONDS), STEP_UP_LIMIT: '0' }
  const [first, second, plans] = await Promise.all([
    world.start('bank', { port: world.ports.bank, env }),
    world.start('bank', { env }),
    world.start('retirement', { port: world.ports.retirement, env }),
  ])
  const services: Services = { banks: [first, second], retirement: plans }
  const people = await Promise.all(tabs.map(() => customer(first)))

  const tally: Tally = { kills: 0, killsOfPostgres: 0, retries: 0, lost: 0, repeated: 0, renewals: 0 }
  const transferRequests: TransferRequest[] = []
  const startedAt = performance.now()
  let overAt: number | undefined
  const isOver = () => {
    const seconds = (performance.now() - startedAt) / 1000
    if (overAt === undefined && isEnough({ ...tally, transferRequests: transferRequests.length, seconds }))
      overAt = performance.now()
    return overAt !== undefined
  }
  const giveUpAt = () => (overAt ?? performance.now()) + PATIENCE_MS
  const report = (text: string) =>
    say(`${String(Math.round((performance.now() - startedAt) / 1000)).padStart(3)} s  ${text}`)
  const counts = () =>
    `${transferRequests.length} transfer requests, ${tally.lost} lost responses, ${tally.retries} retries, ${tally.renewals} renewals, ${tally.kills} kills`

  const clients = people.flatMap((who, person) =>
    Array.from({ length: tabs[person] ?? 0 }, (_, tab) => {
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
  const kill = createKiller({ world, postgres, services, env, random, ...kills, tally, say: report })

  const ticking = setInterval(() => report(counts()), PROGRESS_EVERY_MS)
  try {
    const results = await Promise.allSettled([kill(isOver), ...clients.map((client) => client.work(isOver, giveUpAt))])
    report(`over: ${counts()}`)
    const arrived = await untilSettled(bank, giveUpAt)
    if (arrived) report('all deposits have arrived')
    results.push(...(await Promise.allSettled(clients.map((client) => client.assertSignedIn(giveUpAt)))))
    const problems = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason.message)] : []))
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
async function customer(bank: Target): Promise<Customer> {
  const { token, refresh } = await register(bank)
  const { body } = await call<Customer['accounts']>(bank, 'GET', '/api/accounts', { token })
  return { jar: { token, refresh }, id: claimsOf(token).sub, accounts: body.data }
}

/** Waits for the relays to deliver every deposit. False after the time limit: the ledger check then lists the missing ones. */
async function untilSettled(bank: BankDatabase, giveUpAt: () => number): Promise<boolean> {
  while (performance.now() <= giveUpAt()) {
    if ((await bank.depositOutbox.count({ where: { settledAt: null } })) === 0) return true
    await wait(100)
  }
  return false
}

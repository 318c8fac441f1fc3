import { availableParallelism } from 'node:os'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { type Started, startHelper, startPeer } from '../processes.js'
import type { Compared, OnMeasured, Storm } from '../report.js'
import { interleave } from '../rounds.js'
import type { Service, Services } from '../services.js'
import { median, percentile } from '../statistics.js'
import type { Timed } from '../timed.js'

/** Concurrent logins during the storm. */
const STORM_SIGN_INS = 8

/** Duration of each sequential target, as a share of the duration at a fixed rate. */
const SHARE_IN_TURN = 0.25

export interface Target extends Timed {
  readonly name: string
  readonly label: string
}
export interface SteadyTarget extends Target {
  readonly perSecond: number
}

const target = (service: Service, path: string) => ({
  port: service.port,
  host: service.host,
  path,
  cookie: `signet_token=${service.freshToken()}`,
})

/**
 * Targets at a fixed rate, low enough that the machine idles in between: measures response time, not throughput. A style
 * sheet is read from disk through libuv's thread pool.
 */
const atARate = ({ bank, retirement }: Services): SteadyTarget[] => [
  { name: 'bankMe', label: 'bank, GET /api/me', ...target(bank, '/api/me'), perSecond: 50 },
  { name: 'bankPage', label: 'bank, /security', ...target(bank, '/security'), perSecond: 10 },
  { name: 'bankFile', label: 'bank, style sheet', ...target(bank, '/assets/signet.css'), perSecond: 10 },
  { name: 'retirementMe', label: 'retirement, GET /api/me', ...target(retirement, '/api/me'), perSecond: 50 },
  { name: 'retirementPage', label: 'retirement, /token', ...target(retirement, '/token'), perSecond: 10 },
]

/** Targets that are requested again after each response, as load generators do: the machine never idles. */
const inTurn = ({ bank, retirement }: Services): Target[] => [
  { name: 'bankMeInTurn', label: 'bank, GET /api/me', ...target(bank, '/api/me') },
  { name: 'bankPageInTurn', label: 'bank, /security', ...target(bank, '/security') },
  { name: 'retirementMeInTurn', label: 'retirement, GET /api/me', ...target(retirement, '/api/me') },
]

/**
 * Measures authenticated requests on an idle bank, during eight concurrent logins, and, as a control, while another process
 * hashes as many passwords: the cost of any program that shares the cores.
 */
export async function benchStorm({
  services,
  rounds,
  seconds,
  onMeasured,
}: {
  readonly services: Services
  readonly rounds: number
  readonly seconds: number
  readonly onMeasured: OnMeasured
}): Promise<Storm> {
  const helpers: Started[] = []
  const start = async (starting: Promise<Started>) => {
    const helper = await starting
    helpers.push(helper)
    return helper
  }
  try {
    const steady = await start(startHelper('storm/fixed-rate.js'))
    const signIns = await start(startHelper('storm/logins.js'))
    const turns = await start(startHelper('storm/sequential.js'))
    const loop = await start(startPeer('argon2-loop'))
    const measure = async (): Promise<TimesByName> => ({
      ...(await steady.ask<{ times: TimesByName }>({ targets: atARate(services), seconds })).times,
      ...(await turns.ask<{ times: TimesByName }>({ targets: inTurn(services), seconds: seconds * SHARE_IN_TURN }))
        .times,
    })
    const { username, password } = DEMO_USERS.ada
    const storm = {
      bank: { port: services.bank.port, host: services.bank.host },
      credentials: { username, password },
      concurrency: STORM_SIGN_INS,
    }
    const entries = {
      idle: async () => ({ times: await measure() }),
      storm: async () => {
        const startedAt = performance.now()
        signIns.tell(storm)
        const times = await measure()
        const { statuses } = await signIns.ask<{ statuses: Record<string, number> }>({ stop: true })
        if (Object.keys(statuses).join() !== '200') throw new Error(`logins: ${JSON.stringify(statuses)}`)
        return { times, signInsPerSecond: ((statuses['200'] ?? 0) * 1000) / (performance.now() - startedAt) }
      },
      control: async () => {
        // Slightly longer than the measurement.
        const burns = seconds * (1 + inTurn(services).length * SHARE_IN_TURN) + 0.2
        const burning = loop.ask({ seconds: burns, concurrency: availableParallelism() })
        const times = await measure()
        await burning
        return { times }
      },
    }
    for (const entry of Object.values(entries)) await entry()
    const measured = await interleave(entries, rounds, onMeasured)
    const described = (targets: readonly Target[]) =>
      targets.map(({ name, label }) => ({ name, label, ...compared(measured, name) }))
    return {
      signIns: STORM_SIGN_INS,
      signInsPerSecond: median(measured.map((round) => round.storm.signInsPerSecond)),
      atARate: described(atARate(services)),
      inTurn: described(inTurn(services)),
    }
  } finally {
    for (const helper of helpers) await helper.stop()
  }
}

type TimesByName = Readonly<Record<string, readonly number[]>>
type Condition = 'idle' | 'storm' | 'control'

/** Returns p50 and p99 over all rounds in ms, and their ratios to idle. */
export function compared(
  measured: ReadonlyArray<Readonly<Record<Condition, { readonly times: TimesByName }>>>,
  name: string,
): Compared {
  const of = (condition: Condition) => {
    const times = measured.flatMap((round) => round[condition].times[name] ?? [])
    return { medianMs: median(times), p99Ms: percentile(times, 0.99), requests: times.length }
  }
  const idle = of('idle')
  const comparedToIdle = (one: typeof idle) => ({
    ...one,
    medianRatio: one.medianMs / idle.medianMs,
    p99Ratio: one.p99Ms / idle.p99Ms,
  })
  return { idle, storm: comparedToIdle(of('storm')), control: comparedToIdle(of('control')) }
}

import { availableParallelism } from 'node:os'
import { DEMO_PEOPLE } from '@signet/contracts'
import { startHelper, startPeer } from '../processes.mjs'
import { interleave } from '../rounds.mjs'
import { median, percentile } from '../statistics.mjs'

/** Sign-ins always under way during the storm. */
const STORM_SIGN_INS = 8

/** Of the time that is measured at a rate, for each thing that is asked for in turn. */
const SHARE_IN_TURN = 0.25

const target = (service, path) => ({
  port: service.port,
  host: service.host,
  path,
  cookie: `signet_token=${service.freshToken()}`,
})

/**
 * What is asked for at a steady rate, few enough that the machine idles in between: what is measured is how long one
 * answer takes, not how many there can be. A style sheet comes from the disk, through libuv's thread pool.
 */
const atARate = ({ bank, retirement }) => [
  { name: 'bankMe', label: 'bank, GET /api/me', ...target(bank, '/api/me'), perSecond: 50 },
  { name: 'bankPage', label: 'bank, a page (/security)', ...target(bank, '/security'), perSecond: 10 },
  { name: 'bankFile', label: 'bank, a file (the style sheet)', ...target(bank, '/assets/signet.css'), perSecond: 10 },
  { name: 'retirementMe', label: 'retirement, GET /api/me', ...target(retirement, '/api/me'), perSecond: 50 },
  { name: 'retirementPage', label: 'retirement, a page (/token)', ...target(retirement, '/token'), perSecond: 10 },
]

/** What is asked for once more as soon as it has been answered, as load generators do: the machine never idles. */
const inTurn = ({ bank, retirement }) => [
  { name: 'bankMeInTurn', label: 'bank, GET /api/me', ...target(bank, '/api/me') },
  { name: 'bankPageInTurn', label: 'bank, a page (/security)', ...target(bank, '/security') },
  { name: 'retirementMeInTurn', label: 'retirement, GET /api/me', ...target(retirement, '/api/me') },
]

/**
 * How long authenticated requests take while nobody signs in, while eight sign-ins are always under way at the bank, and,
 * for control, while a process that has nothing to do with either service hashes as many passwords at once: whatever shares
 * the cores would be felt like that.
 */
export async function benchStorm({ services, rounds, seconds, onMeasured }) {
  const helpers = []
  const start = async (starting) => {
    const helper = await starting
    helpers.push(helper)
    return helper
  }
  try {
    const steady = await start(startHelper('storm/steady.mjs'))
    const signIns = await start(startHelper('storm/sign-ins.mjs'))
    const turns = await start(startHelper('storm/in-turn.mjs'))
    const loop = await start(startPeer('argon2-loop'))
    const measure = async () => ({
      ...(await steady.ask({ targets: atARate(services), seconds })).times,
      ...(await turns.ask({ targets: inTurn(services), seconds: seconds * SHARE_IN_TURN })).times,
    })
    const { username, password } = DEMO_PEOPLE.ada
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
        const { statuses } = await signIns.ask({ stop: true })
        if (Object.keys(statuses).join() !== '200') throw new Error(`sign-ins: ${JSON.stringify(statuses)}`)
        return { times, signInsPerSecond: (statuses[200] * 1000) / (performance.now() - startedAt) }
      },
      control: async () => {
        // It goes on a little longer than is measured.
        const burns = seconds * (1 + inTurn(services).length * SHARE_IN_TURN) + 0.2
        const burning = loop.ask({ seconds: burns, concurrency: availableParallelism() })
        const times = await measure()
        await burning
        return { times }
      },
    }
    for (const entry of Object.values(entries)) await entry()
    const measured = await interleave(entries, rounds, onMeasured)
    const described = (targets) => targets.map(({ name, label }) => ({ name, label, ...compared(measured, name) }))
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

/** Medians and 99th percentiles over all rounds in ms, and how much longer than idle. */
export function compared(measured, name) {
  const of = (condition) => {
    const times = measured.flatMap((round) => round[condition].times[name])
    return { medianMs: median(times), p99Ms: percentile(times, 0.99), requests: times.length }
  }
  const idle = of('idle')
  const beside = (one) => ({ ...one, medianRatio: one.medianMs / idle.medianMs, p99Ratio: one.p99Ms / idle.p99Ms })
  return { idle, storm: beside(of('storm')), control: beside(of('control')) }
}

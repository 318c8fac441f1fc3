import { availableParallelism, cpus, totalmem } from 'node:os'
import { startRedis } from '@signet/e2e/redis'
import { benchBytes } from './growth/bytes.js'
import { benchEntries } from './growth/entries.js'
import { benchSessions } from './growth/sessions.js'
import { benchStart } from './growth/start.js'
import { benchMe, PEERS, startMePeers } from './me/run.js'
import { installPeers, peerVersions } from './processes.js'
import type { MeRow, OnMeasured, Queue, Report, Share } from './report.js'
import { goals } from './sections.js'
import { type Services, startServices } from './services.js'
import { benchSignIn, SIGN_INS } from './sign-in/run.js'
import { benchSignOut } from './sign-out/run.js'
import { median } from './statistics.js'
import { benchStatusList } from './status-list/run.js'
import { benchQueue } from './storm/queue.js'
import { benchStorm } from './storm/run.js'

const FULL = {
  me: { rounds: 10, seconds: 1, distinct: 5_000 },
  signIn: { rounds: 5, seconds: 2 },
  storm: { rounds: 4, seconds: 4 },
  sessions: { rounds: 4 },
  entries: { rounds: 4, requests: 12 },
  start: { rounds: 3 },
  statusList: { rounds: 15 },
  signOut: { signOuts: 200 },
}
const QUICK = {
  me: { rounds: 3, seconds: 0.35, distinct: 2_000 },
  signIn: { rounds: 2, seconds: 0.5 },
  storm: { rounds: 2, seconds: 0.8 },
  sessions: { rounds: 1 },
  entries: { rounds: 2, requests: 3 },
  start: { rounds: 1 },
  statusList: { rounds: 3 },
  signOut: { signOuts: 20 },
}

/** One username logs in more often than the default limit allows. Counting stays on, as in production. */
const COUNTED = { LOGIN_RATE_LIMIT: '100000' }
const QUEUE = 16

/** Runs every part in sequence against the real services. Returns the numbers as the JSON file stores them. */
export async function measure({ quick }: { readonly quick: boolean }): Promise<Report> {
  const size = quick ? QUICK : FULL
  const say = (text: string) => process.stderr.write(`  ${text}\n`)
  const onMeasured: OnMeasured = (round, name) => say(`  round ${round + 1}: ${name}`)
  await installPeers()
  const stops: Array<() => Promise<void>> = []
  const started = async (starting: Promise<Services>) => {
    const one = await starting
    stops.push(one.stop)
    return one
  }
  try {
    const services = await started(startServices(COUNTED))
    // First, so that the bank has served no more requests than its peers.
    say('GET /api/me')
    const me = await measureMe({ services, size: size.me, onMeasured })
    say('bytes of pages')
    const bytes = await benchBytes({ services })
    say('requests during logins')
    const storm = await benchStorm({ services, ...size.storm, onMeasured })
    say('logins')
    const { queue, signIn } = await measureSignIn({ services, size: size.signIn, onMeasured })
    // Before the sessions of the next part, whose numbers in the status lists are made up.
    say('sign-out propagation')
    const signOut = await benchSignOut({ services, ...size.signOut })
    say('status lists')
    const sessions = await benchSessions({ services, ...size.sessions, onMeasured })
    const statusList = await benchStatusList(size.statusList)
    say('account entries')
    const entries = await benchEntries({ services, ...size.entries })
    say('process start')
    const start = await benchStart({ services, ...size.start })
    const report = {
      date: new Date().toISOString(),
      machine: { processor: cpus()[0]?.model, cores: availableParallelism(), memoryBytes: totalmem() },
      versions: { node: process.versions.node, ...peerVersions() },
      size,
      me,
      signIn,
      storm,
      queue,
      sessions,
      statusList,
      signOut,
      entries,
      start,
      bytes,
    }
    return { ...report, goals: goals(report) }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

type MeRounds = Awaited<ReturnType<typeof benchMe>>
interface ShareOf<Key> {
  readonly key: Key
  readonly label: string
  readonly own?: boolean
  /** The entry that the share refers to. */
  readonly of: Key
}

const SHARES: ReadonlyArray<ShareOf<keyof MeRounds[number]>> = [
  { key: 'seen', label: 'Signet, cached token', own: true, of: 'fastify' },
  { key: 'neverSeen', label: 'Signet, new token', own: true, of: 'fastifyDistinct' },
  ...PEERS.map(({ key, label }) => ({ key, label, of: 'fastify' }) as const),
]

interface Part<Size extends 'me' | 'signIn'> {
  readonly services: Services
  readonly size: (typeof FULL)[Size]
  readonly onMeasured: OnMeasured
}

async function measureMe({ services, size, onMeasured }: Part<'me'>): Promise<MeRow[]> {
  const redis = await startRedis()
  const peers = await startMePeers({ redisUrl: redis.url, databaseUrl: await services.peerDatabase() })
  try {
    const rounds = await benchMe({ ...size, bank: services.bank, peers, onMeasured })
    return SHARES.map(({ of, ...row }) => ({
      ...row,
      share: median(rounds.map((round) => round[row.key].perSecond / round[of].perSecond)),
      perSecond: median(rounds.map((round) => round[row.key].perSecond)),
      processorMicros: median(rounds.map((round) => round[row.key].processorMicros ?? Number.NaN)),
      roundsPerSecond: rounds.map((round) => Math.round(round[row.key].perSecond)),
    })).sort((a, b) => b.share - a.share)
  } finally {
    for (const peer of peers) await peer.stop()
    await redis.stop()
  }
}

async function measureSignIn({
  services,
  size,
  onMeasured,
}: Part<'signIn'>): Promise<{ queue: Queue; signIn: Share[] }> {
  const single = await startServices({ ...COUNTED, LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: String(QUEUE) })
  try {
    const queue = await benchQueue({ bank: single.bank, room: QUEUE + 1 })
    const rounds = await benchSignIn({ single: single.bank, bank: services.bank, ...size, onMeasured })
    const signIn = SIGN_INS.map(({ of, ...row }) => ({
      ...row,
      share: median(rounds.map((round) => round[row.key].perSecond / round[of].perSecond)),
      perSecond: median(rounds.map((round) => round[row.key].perSecond)),
    }))
    return { queue, signIn }
  } finally {
    await single.stop()
  }
}

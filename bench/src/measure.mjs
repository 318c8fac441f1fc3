import { availableParallelism, cpus, totalmem } from 'node:os'
import { startRedis } from '../../e2e/support/redis.mjs'
import { benchBytes } from './growth/bytes.mjs'
import { benchEntries } from './growth/entries.mjs'
import { benchSessions } from './growth/sessions.mjs'
import { benchStart } from './growth/start.mjs'
import { benchMe, PEERS, startMePeers } from './me/run.mjs'
import { installPeers, peerVersions } from './processes.mjs'
import { goals } from './sections.mjs'
import { startServices } from './services.mjs'
import { benchSignIn, SIGN_INS } from './sign-in/run.mjs'
import { median } from './statistics.mjs'
import { benchStatusList } from './status-list/run.mjs'
import { benchQueue } from './storm/queue.mjs'
import { benchStorm } from './storm/run.mjs'

const FULL = {
  me: { rounds: 10, seconds: 1, distinct: 5_000 },
  signIn: { rounds: 5, seconds: 2 },
  storm: { rounds: 4, seconds: 4 },
  sessions: { rounds: 4 },
  entries: { rounds: 4, requests: 12 },
  start: { rounds: 3 },
  statusList: { rounds: 15 },
}
const QUICK = {
  me: { rounds: 3, seconds: 0.35, distinct: 2_000 },
  signIn: { rounds: 2, seconds: 0.5 },
  storm: { rounds: 2, seconds: 0.8 },
  sessions: { rounds: 1 },
  entries: { rounds: 2, requests: 3 },
  start: { rounds: 1 },
  statusList: { rounds: 3 },
}

/** One name signs in from one address more often than anybody would. It is counted all the same. */
const COUNTED = { LOGIN_RATE_LIMIT: '100000' }
const QUEUE = 16

/** Everything, one part after the other, against the real services; each part's numbers are as JSON keeps them. */
export async function measure({ quick }) {
  const size = quick ? QUICK : FULL
  const say = (text) => process.stderr.write(`  ${text}\n`)
  const onMeasured = (round, name) => say(`  round ${round + 1}: ${name}`)
  await installPeers()
  const stops = []
  const started = async (starting) => {
    const one = await starting
    stops.push(one.stop)
    return one
  }
  try {
    const services = await started(startServices(COUNTED))
    // First of all, so that the bank has done no more than its peers: signed in, answered, refused.
    say('who is signed in')
    const me = await measureMe({ services, size: size.me, onMeasured })
    say('bytes of pages')
    const bytes = await benchBytes({ services })
    say('requests while others sign in')
    const storm = await benchStorm({ services, ...size.storm, onMeasured })
    say('signing in')
    const { queue, signIn } = await measureSignIn({ services, size: size.signIn, onMeasured })
    say('status lists')
    const sessions = await benchSessions({ services, ...size.sessions, onMeasured })
    const statusList = await benchStatusList(size.statusList)
    say('entries of accounts')
    const entries = await benchEntries({ services, ...size.entries })
    say('starting')
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
      entries,
      start,
      bytes,
    }
    return { ...report, goals: goals(report) }
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

const SHARES = [
  { key: 'seen', label: 'Signet, token seen before', own: true, of: 'fastify' },
  { key: 'neverSeen', label: 'Signet, token never seen', own: true, of: 'fastifyDistinct' },
  ...PEERS.map(({ key, label }) => ({ key, label, of: 'fastify' })),
]

async function measureMe({ services, size, onMeasured }) {
  const redis = await startRedis()
  const peers = []
  try {
    peers.push(...(await startMePeers({ redisUrl: redis.url, databaseUrl: await services.peerDatabase() })))
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

async function measureSignIn({ services, size, onMeasured }) {
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

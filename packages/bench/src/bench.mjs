/**
 * `npm run bench`: measures, prints, and keeps what was measured: `packages/bench/results/latest.json` and
 * `docs/pictures/performance.svg`. With `-- --quick` in under two minutes, for comparing and not for quoting: it writes
 * `packages/bench/results/quick.json` alone.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { prepare } from '../../../scripts/prepare.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))
process.chdir(root)
const quick = process.argv.includes('--quick')
const size = quick ? { rounds: 3, seconds: 1, distinct: 4_000 } : { rounds: 6, seconds: 5, distinct: 30_000 }

await prepare()
const { benchStatusList, statusListTable } = await import('./status-list/run.mjs')
const { benchMe, PEERS, startMePeers } = await import('./me/run.mjs')
const { benchSignIn } = await import('./sign-in/run.mjs')
const { installPeers, peerVersions } = await import('./processes.mjs')
const { startServices } = await import('./services.mjs')
const { startRedis } = await import('../../../scripts/redis.mjs')
const { chart } = await import('./chart.mjs')
const { median, ratio } = await import('./statistics.mjs')
const { table } = await import('./table.mjs')

const say = (text) => process.stdout.write(`${text}\n`)
await installPeers()
const redis = await startRedis()
const services = await startServices()
const peers = []
let me
let signIn
try {
  peers.push(...(await startMePeers({ redisUrl: redis.url, databaseUrl: await services.peerDatabase() })))
  const onMeasured = (round, name) => process.stderr.write(`  round ${round + 1}: ${name}\n`)
  me = await benchMe({ ...size, bank: services.bank, peers, onMeasured })
  signIn = await benchSignIn({ ...size, bank: services.bank, onMeasured })
} finally {
  for (const peer of peers) await peer.stop()
  await services.stop()
  await redis.stop()
}
const statusList = await benchStatusList({ rounds: quick ? 5 : 15 })

const SHARES = [
  { key: 'seen', label: 'Signet, token seen before', own: true, of: 'fastify' },
  { key: 'neverSeen', label: 'Signet, token never seen', own: true, of: 'fastifyDistinct' },
  ...PEERS.map(({ key, label }) => ({ key, label, of: 'fastify' })),
]
const shares = SHARES.map((row) => ({
  ...row,
  share: ratio(
    me.map((round) => ({ one: round[row.key].perSecond, other: round[row.of].perSecond })),
    'one',
    'other',
  ),
  perSecond: median(me.map((round) => round[row.key].perSecond)),
  processorMicros: median(me.map((round) => round[row.key].processorMicros ?? Number.NaN)),
})).sort((a, b) => b.share - a.share)
const signIns = ['argon2', 'bank', 'expressBcrypt'].map((key) => ({
  key,
  perSecond: median(signIn.map((round) => round[key].perSecond)),
  share: median(signIn.map((round) => round[key].perSecond / round.argon2.perSecond)),
}))
const report = {
  date: new Date().toISOString(),
  machine: { processor: cpus()[0]?.model, cores: cpus().length, memoryBytes: totalmem() },
  versions: { node: process.versions.node, ...peerVersions() },
  size,
  me: shares,
  signIn: signIns,
  statusList,
  rounds: { me, signIn },
}
say('\nGET /api/me, as a share of Fastify that recognises nobody\n')
say(
  table([
    ['who answers', 'share', 'requests a second', 'processor time each (µs)'],
    ...shares.map((row) => [
      row.label,
      row.share.toFixed(2),
      Math.round(row.perSecond).toLocaleString('en'),
      row.processorMicros.toFixed(1),
    ]),
  ]),
)
say('\nSigning in, as a share of a bare loop of argon2.verify\n')
say(
  table([
    ['who', 'share', 'a second'],
    ...signIns.map((row) => [row.key, row.share.toFixed(2), row.perSecond.toFixed(1)]),
  ]),
)
say(`\nA status list, as a verifier holds it\n\n${table(statusListTable(statusList))}\n`)

await mkdir('packages/bench/results', { recursive: true })
await writeFile(`packages/bench/results/${quick ? 'quick' : 'latest'}.json`, `${JSON.stringify(report, null, 2)}\n`)
if (!quick)
  await writeFile('docs/pictures/performance.svg', chart('GET /api/me: requests a second, Fastify alone = 1', shares))
process.exit(0)

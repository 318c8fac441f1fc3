import type { Measured, Report } from '../src/report.js'
import { goals } from '../src/sections.js'

/** Returns a small report with every part, as `measure` returns it. */
export function sampleReport(): Report {
  const during = (factor: number) => ({
    medianMs: factor,
    p99Ms: 2 * factor,
    requests: 10,
    medianRatio: factor,
    p99Ratio: factor,
  })
  const target = (name: string, factor: number) => ({
    name,
    label: `${name} request`,
    idle: { medianMs: 1, p99Ms: 2, requests: 10 },
    storm: during(factor),
    control: during(1.5),
  })
  const me = ['seen', 'neverSeen', 'fastify', 'fastifyJwt', 'expressJwt'].map((key, n) => ({
    key,
    label: `<${key}>`,
    own: n < 2,
    share: 1 / (n + 1),
    perSecond: 10_000 / (n + 1),
    processorMicros: 20 * (n + 1),
  }))
  const memory = (mebibytes: number) => ({
    residentBytes: mebibytes * 1_048_576,
    heapUsedBytes: 1_048_576,
    externalBytes: 1_048_576,
  })
  const report: Measured = {
    date: '2026-01-02T03:04:05.000Z',
    machine: { processor: 'Some <Processor>', cores: 2, memoryBytes: 8 * 2 ** 30 },
    versions: { node: '20.19.0', fastify: '5.0.0' },
    me,
    signIn: ['bankSingle', 'bank'].map((key) => ({ key, label: key, share: 0.95, perSecond: 30 })),
    storm: {
      signIns: 8,
      signInsPerSecond: 30,
      inTurn: ['bankMeInTurn', 'bankPageInTurn'].map((name) => target(name, 1.25)),
      atARate: ['bankMe', 'bankPage'].map((name) => target(name, 2)),
    },
    queue: { sent: 37, taken: 17, refused: 20, takenLastMs: 500, refusedLastMs: 50, order: 1 },
    sessions: {
      tokens: 10_000,
      rows: [{ sessions: 1, lists: 1, processorMicros: 20, perSecond: 1_000, share: 1 }],
      memory: { idle: memory(100), full: memory(140) },
    },
    statusList: [{ sessions: 1, lists: 1, memoryBytes: 20_000, checkNs: 80, hmacNs: 2_000, redisNs: 90_000 }],
    signOut: (['bank', 'replica', 'retirement', 'tab', 'stream', 'lost'] as const).map((key, n) => ({
      key,
      label: key,
      signOuts: 10,
      medianMs: n,
      p99Ms: 2 * n,
    })),
    entries: [
      { kind: 'apiFirst', label: 'first', sizes: [{ entries: 10, medianMs: 3, p95Ms: 4 }] },
      { kind: 'apiNotFound', label: 'nothing', sizes: [{ entries: 10, medianMs: 300, p95Ms: 400 }] },
    ],
    start: [{ service: 'bank', medianMs: 900 }],
    bytes: [{ service: 'bank', path: '/', pageBytes: 2_000, assets: 2, assetBytes: 6_000 }],
  }
  return { ...report, goals: goals(report) }
}

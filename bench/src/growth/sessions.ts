import { randomUUID } from 'node:crypto'
import { STATUS_LIST_SIZE } from '@signet/auth/verifier'
import pg from 'pg'
import { type Load, load } from '../load.js'
import { residentBytes } from '../processes.js'
import type { Memory, OnMeasured, Sessions } from '../report.js'
import { type Server, sendRequest } from '../requests.js'
import { interleave } from '../rounds.js'
import type { Services } from '../services.js'
import { median } from '../statistics.js'
import { tokensOf } from '../tokens.js'

const MOST = 1_000_000
const SESSIONS = [1, 1_000, MOST]
/** The size of a verifier's token cache. */
const DISTINCT_TOKENS = 10_000
const MAX_PASSES = 12
const ALMOST_ALL = 0.95 * DISTINCT_TOKENS
/** Every 1,009th session is revoked. No token of this benchmark belongs to one of them. */
const REVOKED_EVERY = 1_009

/**
 * Inserts the revoked sessions among a million into the bank's database, for its status lists. Active sessions need no rows:
 * the lists do not contain them.
 */
async function insertRevokedSessions(databaseUrl: string) {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(
    `INSERT INTO sessions (id, user_id, strategy, expires_at, ended_at, status_number, user_agent, address)
     SELECT gen_random_uuid(), (SELECT id FROM users LIMIT 1), 'jwt', now() + interval '1 hour', now(), number, 'bench', '127.0.0.1'
     FROM generate_series($1::bigint, $2::bigint - 1, $3::bigint) AS number
     ON CONFLICT DO NOTHING`,
    [REVOKED_EVERY, MOST, REVOKED_EVERY],
  )
  await client.end()
}

/** Returns the claims of one active session. */
function signIn(issuer: string, sessionNumber: number) {
  const number = sessionNumber % REVOKED_EVERY === 0 ? sessionNumber + 1 : sessionNumber
  const uri = `${issuer}/status-lists/${Math.floor(number / STATUS_LIST_SIZE)}`
  return { sid: randomUUID(), status: { status_list: { idx: number % STATUS_LIST_SIZE, uri } } }
}

async function gauges(service: Server) {
  const { text } = await sendRequest({ ...service, path: '/metrics' })
  return (name: string) => Number(new RegExp(`^${name}{[^}]*} (\\S+)$`, 'm').exec(text)?.[1])
}

const cachedTokens = async (service: Server) => (await gauges(service))('verified_tokens_cached')

async function memory(service: Server & { readonly pid: number }): Promise<Memory> {
  const gauge = await gauges(service)
  return {
    residentBytes: residentBytes(service.pid) ?? gauge('process_resident_memory_bytes'),
    heapUsedBytes: gauge('nodejs_heap_size_used_bytes'),
    externalBytes: gauge('nodejs_external_memory_bytes'),
  }
}

/**
 * Measures `GET /api/me` at retirement, which verifies with the bank's status lists: with tokens of one session, of a
 * thousand, and ten thousand tokens out of a million sessions. Then measures the memory above idle.
 */
export async function benchSessions({
  services,
  rounds,
  onMeasured,
}: {
  readonly services: Services
  readonly rounds: number
  readonly onMeasured: OnMeasured
}): Promise<Sessions> {
  const { retirement: service } = services
  await insertRevokedSessions(services.demo.ownerUrls.bank)
  // The first request initializes what later ones reuse.
  await sendRequest({ ...service, path: '/api/me', headers: { authorization: `Bearer ${service.freshToken()}` } })
  const idle = await memory(service)

  const spread = (n: number) => (n < 1_000 ? n : Math.floor((n / DISTINCT_TOKENS) * MOST))
  const signIns = Array.from({ length: DISTINCT_TOKENS }, (_, n) => signIn(services.demo.bankUrl, spread(n) + 1))
  const cookies = tokensOf(service.token, service.secretFile, signIns).map((token) => `signet_token=${token}`)
  const asked = (sessions: number) => {
    const tokens = cookies.slice(0, sessions)
    return Array.from({ length: DISTINCT_TOKENS }, (_, n) => tokens[n % tokens.length])
  }
  const loadOf = (sessions: number) => () => load({ ...service, path: '/api/me', cookies: asked(sessions) })
  const most = loadOf(MOST)
  const entries = Object.fromEntries(SESSIONS.map((sessions) => [String(sessions), loadOf(sessions)]))
  // A token is cached on first use. From then on the measurement is of the status check.
  for (let passes = 0; passes < MAX_PASSES && (await cachedTokens(service)) < ALMOST_ALL; passes += 1) {
    await most()
  }
  const measured = await interleave(entries, rounds, onMeasured)
  const full = await memory(service)
  const of = (round: Record<string, Load>, sessions: number): Load => round[sessions] ?? { perSecond: Number.NaN }
  return {
    tokens: await cachedTokens(service),
    rows: SESSIONS.map((sessions) => {
      const rounds = measured.map((round) => ({ own: of(round, sessions), first: of(round, 1) }))
      return {
        sessions,
        lists: Math.ceil(sessions / STATUS_LIST_SIZE),
        processorMicros: median(rounds.map(({ own }) => own.processorMicros ?? Number.NaN)),
        perSecond: median(rounds.map(({ own }) => own.perSecond)),
        share: median(rounds.map(({ own, first }) => own.perSecond / first.perSecond)),
      }
    }),
    memory: { idle, full },
  }
}

import { randomBytes } from 'node:crypto'
import { type Load, load } from '../load.js'
import { type Started, startPeer } from '../processes.js'
import type { OnMeasured } from '../report.js'
import { assertRefuses, cookiesOf, sendRequest } from '../requests.js'
import { interleave } from '../rounds.js'
import type { Service } from '../services.js'
import { distinctTokens } from '../tokens.js'

/** Other cookies of a browser. Every participant receives them. */
const OTHER_COOKIES = `theme=dark; other=${'a'.repeat(60)}`

interface PeerFile {
  readonly key: PeerKey
  readonly file: string
  readonly label: string
  readonly connections?: number
}
type PeerKey = 'fastify' | 'fastifyJwt' | 'honoJwt' | 'fastifySession' | 'expressSession' | 'betterAuth' | 'expressJwt'

export const PEERS: readonly PeerFile[] = [
  { key: 'fastify', file: 'bare-fastify', label: 'Fastify without authentication' },
  { key: 'fastifyJwt', file: 'fastify-jwt', label: '@fastify/jwt as in its README' },
  { key: 'honoJwt', file: 'hono-jwt', label: 'Hono, hono/jwt' },
  { key: 'fastifySession', file: 'fastify-session', label: '@fastify/session + Redis' },
  { key: 'expressSession', file: 'express-session', label: 'express-session + Redis' },
  // It queries its database several times per request: with more connections, responses arrive in rare bursts.
  { key: 'betterAuth', file: 'better-auth', label: 'better-auth, get-session', connections: 10 },
  { key: 'expressJwt', file: 'express-jwt', label: 'Express + jsonwebtoken (tutorial)' },
]

interface Peer extends Started, PeerFile {
  readonly path: string
  /** Undefined for the peer without authentication. */
  readonly cookie: string | undefined
}

/** Starts every peer as a process, signs a user in and asserts that the peer refuses other requests. */
export async function startMePeers({
  redisUrl,
  databaseUrl,
}: {
  readonly redisUrl: string
  readonly databaseUrl: string
}): Promise<Peer[]> {
  const env = {
    PEER_SECRET: randomBytes(32).toString('hex'),
    PEER_REDIS_URL: redisUrl,
    PEER_DATABASE_URL: databaseUrl,
  }
  return Promise.all(
    PEERS.map(async (peer): Promise<Peer> => {
      const started = { path: '/api/me', ...(await startPeer(peer.file, env)), ...peer }
      // Without authentication, it receives a cookie as long as the bank's.
      if (peer.key === 'fastify') return { ...started, cookie: undefined }
      const signedIn = await sendRequest({ port: started.port, path: '/login', method: 'POST' })
      const cookie = cookiesOf(signedIn)
      if (cookie === '') throw new Error(`${peer.file} set no cookie: ${signedIn.status} ${signedIn.text}`)
      await assertRefuses({ ...started, cookie })
      return { ...started, cookie: `${cookie}; ${OTHER_COOKIES}` }
    }),
  )
}

/** Measures `GET /api/me` at the bank, with a cached token and with new tokens, and at the peers. */
export async function benchMe({
  bank,
  peers,
  rounds,
  seconds,
  distinct,
  onMeasured,
}: {
  readonly bank: Service
  readonly peers: readonly Peer[]
  readonly rounds: number
  readonly seconds: number
  readonly distinct: number
  readonly onMeasured: OnMeasured
}): Promise<Array<Record<'seen' | 'neverSeen' | 'fastifyDistinct' | PeerKey, Load>>> {
  const token = () => `signet_token=${bank.freshToken()}; ${OTHER_COOKIES}`
  await assertRefuses({ name: 'bank', ...bank, path: '/api/me', cookie: token() })
  const ofPeer = (peer: Peer) => () => load({ ...peer, cookies: [peer.cookie ?? token()], seconds })
  const distinctCookies = () =>
    distinctTokens(bank.token, bank.secretFile, distinct).map((each) => `signet_token=${each}; ${OTHER_COOKIES}`)
  const ofPeers = Object.fromEntries(peers.map((peer) => [peer.key, ofPeer(peer)])) as Record<
    PeerKey,
    () => Promise<Load>
  >
  const ceiling = peers.find(({ key }) => key === 'fastify')
  if (!ceiling) throw new Error('the peer without authentication is missing')
  const entries = {
    seen: () => load({ ...bank, path: '/api/me', cookies: [token()], seconds }),
    neverSeen: () => load({ ...bank, path: '/api/me', cookies: distinctCookies(), seconds }),
    fastifyDistinct: () => load({ ...ceiling, cookies: distinctCookies(), seconds }),
    ...ofPeers,
  }
  // Warms up the compilers.
  for (const entry of Object.values(entries)) await entry()
  return interleave(entries, rounds, onMeasured)
}

import { randomBytes } from 'node:crypto'
import { type Load, load } from '../load.js'
import { type Started, startPeer } from '../processes.js'
import type { OnMeasured } from '../report.js'
import { ask, assertRefuses, cookiesOf } from '../requests.js'
import { interleave } from '../rounds.js'
import type { Service } from '../services.js'
import { distinctTokens } from '../tokens.js'

/** What else a browser sends along: everybody is sent as much of it. */
const ALSO_SENT = `theme=dark; other=${'a'.repeat(60)}`

interface PeerFile {
  readonly key: PeerKey
  readonly file: string
  readonly label: string
  readonly connections?: number
}
type PeerKey = 'fastify' | 'fastifyJwt' | 'honoJwt' | 'fastifySession' | 'expressSession' | 'betterAuth' | 'expressJwt'

export const PEERS: readonly PeerFile[] = [
  { key: 'fastify', file: 'bare-fastify', label: 'Fastify, nobody recognised (the ceiling)' },
  { key: 'fastifyJwt', file: 'fastify-jwt', label: '@fastify/jwt, by its README' },
  { key: 'honoJwt', file: 'hono-jwt', label: 'Hono, hono/jwt' },
  { key: 'fastifySession', file: 'fastify-session', label: '@fastify/session + Redis' },
  { key: 'expressSession', file: 'express-session', label: 'express-session + Redis' },
  // It asks its database several times for each: over more connections all answers come at once, and seldom.
  { key: 'betterAuth', file: 'better-auth', label: 'better-auth, get-session', connections: 10 },
  { key: 'expressJwt', file: 'express-jwt', label: 'Express + jsonwebtoken (the tutorial)' },
]

interface Peer extends Started, PeerFile {
  readonly path: string
  /** Undefined: it recognises nobody. */
  readonly cookie: string | undefined
}

/** Every peer as a process, with the cookie of somebody who signed in there; each was seen to refuse others. */
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
      // Recognises nobody: what it is sent is as long as what the bank is sent.
      if (peer.key === 'fastify') return { ...started, cookie: undefined }
      const signedIn = await ask({ port: started.port, path: '/login', method: 'POST' })
      const cookie = cookiesOf(signedIn)
      if (cookie === '') throw new Error(`${peer.file} set no cookie: ${signedIn.status} ${signedIn.text}`)
      await assertRefuses({ ...started, cookie })
      return { ...started, cookie: `${cookie}; ${ALSO_SENT}` }
    }),
  )
}

/** The services' answer to `GET /api/me`, with a token seen before and with tokens never seen, beside the peers'. */
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
  const token = () => `signet_token=${bank.freshToken()}; ${ALSO_SENT}`
  await assertRefuses({ name: 'bank', ...bank, path: '/api/me', cookie: token() })
  const ofPeer = (peer: Peer) => () => load({ ...peer, cookies: [peer.cookie ?? token()], seconds })
  const distinctCookies = () =>
    distinctTokens(bank.token, bank.secretFile, distinct).map((each) => `signet_token=${each}; ${ALSO_SENT}`)
  const ofPeers = Object.fromEntries(peers.map((peer) => [peer.key, ofPeer(peer)])) as Record<
    PeerKey,
    () => Promise<Load>
  >
  const ceiling = peers.find(({ key }) => key === 'fastify')
  if (!ceiling) throw new Error('the peer that recognises nobody is missing')
  const entries = {
    seen: () => load({ ...bank, path: '/api/me', cookies: [token()], seconds }),
    neverSeen: () => load({ ...bank, path: '/api/me', cookies: distinctCookies(), seconds }),
    fastifyDistinct: () => load({ ...ceiling, cookies: distinctCookies(), seconds }),
    ...ofPeers,
  }
  // What compilers need to see once.
  for (const entry of Object.values(entries)) await entry()
  return interleave(entries, rounds, onMeasured)
}

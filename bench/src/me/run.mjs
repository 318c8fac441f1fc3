import { randomBytes } from 'node:crypto'
import { load } from '../load.mjs'
import { startPeer } from '../processes.mjs'
import { ask, assertRefuses, cookiesOf } from '../requests.mjs'
import { interleave } from '../rounds.mjs'
import { distinctTokens } from '../tokens.mjs'

/** What else a browser sends along: everybody is sent as much of it. */
const ALSO_SENT = `theme=dark; other=${'a'.repeat(60)}`

export const PEERS = [
  { key: 'fastify', file: 'bare-fastify', label: 'Fastify, nobody recognised (the ceiling)' },
  { key: 'fastifyJwt', file: 'fastify-jwt', label: '@fastify/jwt, by its README' },
  { key: 'honoJwt', file: 'hono-jwt', label: 'Hono, hono/jwt' },
  { key: 'fastifySession', file: 'fastify-session', label: '@fastify/session + Redis' },
  { key: 'expressSession', file: 'express-session', label: 'express-session + Redis' },
  // It asks its database several times for each: over more connections all answers come at once, and seldom.
  { key: 'betterAuth', file: 'better-auth', label: 'better-auth, get-session', connections: 10 },
  { key: 'expressJwt', file: 'express-jwt', label: 'Express + jsonwebtoken (the tutorial)' },
]

/** Every peer as a process, with the cookie of somebody who signed in there; each was seen to refuse others. */
export async function startMePeers({ redisUrl, databaseUrl }) {
  const env = {
    PEER_SECRET: randomBytes(32).toString('hex'),
    PEER_REDIS_URL: redisUrl,
    PEER_DATABASE_URL: databaseUrl,
  }
  const started = await Promise.all(PEERS.map(({ file }) => startPeer(file, env)))
  const peers = PEERS.map((peer, n) => ({ path: '/api/me', ...started[n], ...peer }))
  for (const peer of peers) {
    const { key, file } = peer
    if (key === 'fastify') {
      // Recognises nobody: what it is sent is as long as what the bank is sent.
      peer.cookie = undefined
      continue
    }
    const signedIn = await ask({ port: peer.port, path: '/login', method: 'POST' })
    const cookie = cookiesOf(signedIn)
    if (cookie === '') throw new Error(`${file} set no cookie: ${signedIn.status} ${signedIn.text}`)
    await assertRefuses({ ...peer, cookie })
    peer.cookie = `${cookie}; ${ALSO_SENT}`
  }
  return peers
}

/** The services' answer to `GET /api/me`, with a token seen before and with tokens never seen, beside the peers'. */
export async function benchMe({ bank, peers, rounds, seconds, distinct, onMeasured }) {
  const token = () => `signet_token=${bank.freshToken()}; ${ALSO_SENT}`
  await assertRefuses({ name: 'bank', ...bank, path: '/api/me', cookie: token() })
  const ofPeer = (peer) => () => load({ ...peer, cookies: [peer.cookie ?? token()], seconds })
  const distinctCookies = () =>
    distinctTokens(bank.token, bank.secretFile, distinct).map((each) => `signet_token=${each}; ${ALSO_SENT}`)
  const ceiling = peers.find(({ key }) => key === 'fastify')
  const entries = {
    seen: () => load({ ...bank, path: '/api/me', cookies: [token()], seconds }),
    neverSeen: () => load({ ...bank, path: '/api/me', cookies: distinctCookies(), seconds }),
    fastifyDistinct: () => load({ ...ceiling, cookies: distinctCookies(), seconds }),
    ...Object.fromEntries(peers.map((peer) => [peer.key, ofPeer(peer)])),
  }
  // What compilers need to see once.
  for (const entry of Object.values(entries)) await entry()
  return interleave(entries, rounds, onMeasured)
}

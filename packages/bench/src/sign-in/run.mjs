import { availableParallelism } from 'node:os'
import { DEMO_PEOPLE } from '@signet/contracts'
import { load } from '../load.mjs'
import { startPeer } from '../processes.mjs'
import { interleave } from '../rounds.mjs'

/** Sign-ins at the bank beside a bare loop of the same hash, as many at once, and beside the tutorial's. */
export async function benchSignIn({ bank, rounds, seconds, onMeasured }) {
  const concurrency = availableParallelism()
  const peers = [
    await startPeer('argon2-loop'),
    await startPeer('express-bcrypt', { PEER_SECRET: 'a secret of at least 32 bytes for one run' }),
  ]
  const [loop, tutorial] = peers
  const { username, password } = DEMO_PEOPLE.ada
  const signIn = (server) =>
    load({
      ...server,
      path: '/api/login',
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
      cookies: [undefined],
      connections: concurrency,
      seconds,
    })
  try {
    const entries = {
      argon2: () => loop.ask({ seconds, concurrency }),
      bank: () => signIn(bank),
      expressBcrypt: () => signIn(tutorial),
    }
    for (const entry of Object.values(entries)) await entry()
    return await interleave(entries, rounds, onMeasured)
  } finally {
    for (const peer of peers) await peer.stop()
  }
}

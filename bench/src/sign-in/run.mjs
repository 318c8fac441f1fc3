import { availableParallelism } from 'node:os'
import { DEMO_PEOPLE } from '@signet/contracts'
import { load } from '../load.mjs'
import { startPeer } from '../processes.mjs'
import { interleave } from '../rounds.mjs'

/** Sign-ins under way at once: enough that a hash is always waiting for its turn. */
const UNDER_WAY = 8

/**
 * Sign-ins at the bank beside a bare loop of the same hash, and beside the tutorial's: with one hash at once, where the
 * rest of a sign-in has the other cores, and with as many as there are cores, where it takes turns with the hashes.
 */
export async function benchSignIn({ single, bank, rounds, seconds, onMeasured }) {
  const cores = availableParallelism()
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
      connections: UNDER_WAY,
      seconds,
    })
  try {
    const entries = {
      argon2Single: () => loop.ask({ seconds, concurrency: 1 }),
      bankSingle: () => signIn(single),
      argon2: () => loop.ask({ seconds, concurrency: cores }),
      bank: () => signIn(bank),
      expressBcrypt: () => signIn(tutorial),
    }
    for (const entry of Object.values(entries)) await entry()
    return await interleave(entries, rounds, onMeasured)
  } finally {
    for (const peer of peers) await peer.stop()
  }
}

/** What is shown of it, and what each is a share of. */
export const SIGN_INS = [
  { key: 'argon2Single', label: 'argon2.verify in a loop, one hash at once', of: 'argon2Single' },
  { key: 'bankSingle', label: 'Signet, one hash at once (LOGIN_CONCURRENCY=1)', of: 'argon2Single' },
  { key: 'argon2', label: 'argon2.verify in a loop, a hash for each core', of: 'argon2' },
  { key: 'bank', label: 'Signet, a hash for each core', of: 'argon2' },
  { key: 'expressBcrypt', label: 'Express + bcrypt(10) (the tutorial)', of: 'argon2' },
]

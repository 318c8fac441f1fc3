import { availableParallelism } from 'node:os'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { type Load, load } from '../load.js'
import { startPeer } from '../processes.js'
import type { OnMeasured } from '../report.js'
import type { Server } from '../requests.js'
import { interleave } from '../rounds.js'
import type { Service } from '../services.js'

/** Concurrent logins: enough that a hash always waits. */
const UNDER_WAY = 8

/**
 * Measures logins at the bank, a bare loop of the same hash, and the tutorial. With one hash at a time, the rest of a login
 * uses the other cores. With a hash per core, it shares them with the hashes.
 */
type SignInKey = 'argon2Single' | 'bankSingle' | 'argon2' | 'bank' | 'expressBcrypt'

export async function benchSignIn({
  single,
  bank,
  rounds,
  seconds,
  onMeasured,
}: {
  readonly single: Service
  readonly bank: Service
  readonly rounds: number
  readonly seconds: number
  readonly onMeasured: OnMeasured
}): Promise<Array<Record<SignInKey, Load>>> {
  const cores = availableParallelism()
  const loop = await startPeer('argon2-loop')
  const tutorial = await startPeer('express-bcrypt', { PEER_SECRET: 'a secret of at least 32 bytes for one run' })
  const { username, password } = DEMO_USERS.ada
  const signIn = (server: Server & { readonly pid: number }) =>
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
      argon2Single: () => loop.ask<Load>({ seconds, concurrency: 1 }),
      bankSingle: () => signIn(single),
      argon2: () => loop.ask<Load>({ seconds, concurrency: cores }),
      bank: () => signIn(bank),
      expressBcrypt: () => signIn(tutorial),
    }
    for (const entry of Object.values(entries)) await entry()
    return await interleave(entries, rounds, onMeasured)
  } finally {
    for (const peer of [loop, tutorial]) await peer.stop()
  }
}

/** The rows of the report, and the entry that each share refers to. */
export const SIGN_INS: ReadonlyArray<{
  readonly key: SignInKey
  readonly label: string
  readonly of: SignInKey
}> = [
  { key: 'argon2Single', label: 'loop of argon2.verify, one hash at once', of: 'argon2Single' },
  { key: 'bankSingle', label: 'Signet, one hash at once', of: 'argon2Single' },
  { key: 'argon2', label: 'loop of argon2.verify, one per core', of: 'argon2' },
  { key: 'bank', label: 'Signet, one per core', of: 'argon2' },
  { key: 'expressBcrypt', label: 'Express + bcrypt(10) (tutorial)', of: 'argon2' },
]

import { createPublicKey } from 'node:crypto'
import type { KeySource, RingKey } from '@signet/auth/verifier'
import { createVerifier } from 'fast-jwt'
import { jwtVerify } from 'jose/jwt/verify'
import { membersOf } from './change.js'
import type { ShownVerdict } from './verdict-text.js'

/** Result of a library that has the key and no further options. */
export interface LibraryAnswer {
  readonly library: string
  readonly verdict: ShownVerdict
}

const ACCEPTED = 'Verified with the key and the algorithm, without further options.'

const asked = async (library: string, verify: () => unknown): Promise<LibraryAnswer> => {
  try {
    await verify()
    return { library, verdict: { genuine: true, code: null, sentence: ACCEPTED } }
  } catch (error) {
    const sentence = error instanceof Error ? error.message : 'refused'
    return { library, verdict: { genuine: false, code: null, sentence } }
  }
}

/** Verifies a token with two popular libraries, given the key and its algorithm. Returns [] for an unknown `kid`. */
export async function askLibraries(keys: KeySource, token: string): Promise<LibraryAnswer[]> {
  const key = await keys.find(String(membersOf(token, 'header').kid))
  if (!key) return []
  return Promise.all([
    asked('fast-jwt', () => createVerifier({ key: key.verificationKey, algorithms: [key.alg] })(token)),
    asked('jose', () => jwtVerify(token, joseKey(key), { algorithms: [key.alg] })),
  ])
}

const joseKey = ({ alg, verificationKey }: RingKey) =>
  alg === 'HS256' ? new TextEncoder().encode(verificationKey) : createPublicKey(verificationKey)

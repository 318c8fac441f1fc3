import { createPublicKey } from 'node:crypto'
import type { KeySource } from '@signet/auth/verifier'
import { createVerifier } from 'fast-jwt'
import { jwtVerify } from 'jose/jwt/verify'
import { membersOf } from './change.js'
import type { ShownVerdict } from './verdict-text.js'

/** Result of a library that has the key and no further options. */
export interface LibraryAnswer {
  readonly library: string
  readonly verdict: ShownVerdict
}

async function asked(library: string, verify: () => unknown): Promise<LibraryAnswer> {
  try {
    await verify()
    const sentence = 'Verified with the key and the algorithm, without further options.'
    return { library, verdict: { genuine: true, code: null, sentence } }
  } catch (error) {
    return { library, verdict: { genuine: false, code: null, sentence: error instanceof Error ? error.message : '' } }
  }
}

/** Verifies a token with two popular libraries, given the key and its algorithm. Returns [] for an unknown `kid`. */
export async function askLibraries(keys: KeySource, token: string): Promise<LibraryAnswer[]> {
  const key = await keys.find(String(membersOf(token, 'header').kid))
  if (!key) return []
  const { alg, verificationKey } = key
  const joseKey = alg === 'HS256' ? new TextEncoder().encode(verificationKey) : createPublicKey(verificationKey)
  return Promise.all([
    asked('fast-jwt', () => createVerifier({ key: verificationKey, algorithms: [alg] })(token)),
    asked('jose', () => jwtVerify(token, joseKey, { algorithms: [alg] })),
  ])
}

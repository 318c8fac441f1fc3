import { createPublicKey } from 'node:crypto'
import type { KeySource, RingKey } from '@signet/auth/verifier'
import { createVerifier } from 'fast-jwt'
import { jwtVerify } from 'jose'
import { membersOf } from './change.js'

/** What a library says of a token when it is given the key and nothing else. */
export interface LibraryAnswer {
  readonly library: string
  readonly takes: boolean
  /** Its own words. */
  readonly words: string
}

const asked = async (library: string, verify: () => unknown): Promise<LibraryAnswer> => {
  try {
    await verify()
    return { library, takes: true, words: 'takes it for genuine' }
  } catch (error) {
    return { library, takes: false, words: error instanceof Error ? error.message : 'refuses it' }
  }
}

/** Puts a token to two much-used libraries as they come: the right key, the right algorithm, no further option. */
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

import { followStatusLists, STATUS_LIST_SIZE, type StatusLists } from '@signet/auth/verifier'

const ISSUER = 'http://bank.signet.localhost:3001'
/** Returns the bits of one list, with every 37th session revoked. Each call returns its own array. */
function revokedBits() {
  const bits = new Uint8Array(STATUS_LIST_SIZE / 8)
  for (let idx = 0; idx < STATUS_LIST_SIZE; idx += 37) bits[idx >> 3] = (bits[idx >> 3] ?? 0) | (1 << (idx & 7))
  return bits
}

/** Returns a verifier's status lists, with the product's own code over an in-process source. */
export const follow = (): StatusLists =>
  followStatusLists({
    issuer: ISSUER,
    maxAgeSeconds: 86_400,
    source: { fetch: async (id) => ({ bits: revokedBits(), etag: `"${id}"`, changedAtMs: 0 }) },
  })

interface Reference {
  readonly status: { readonly status_list: { readonly idx: number; readonly uri: string } }
}

/** Returns the claim of one session, with its own strings, as parsed from a token. */
export const reference = (sessionNumber: number): Reference =>
  JSON.parse(
    JSON.stringify({
      status: {
        status_list: {
          idx: sessionNumber % STATUS_LIST_SIZE,
          uri: `${ISSUER}/status-lists/${Math.floor(sessionNumber / STATUS_LIST_SIZE)}`,
        },
      },
    }),
  )

/** Returns the number of an active session, so that the check is measured and not an error. */
export const activeSession = (random: () => number, sessions: number): number => {
  for (;;) {
    const number = Math.floor(random() * sessions)
    if (sessions === 1 || (number % STATUS_LIST_SIZE) % 37 !== 0) return sessions === 1 ? 1 : number
  }
}

/** Fetches every list of this many sessions. */
export async function fill(lists: StatusLists, sessions: number): Promise<void> {
  for (let first = 0; first < sessions; first += STATUS_LIST_SIZE) await lists.assertNotRevoked(reference(first + 1))
}

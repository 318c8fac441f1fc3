import { followStatusLists, STATUS_LIST_SIZE } from '@signet/auth/verifier'

const ISSUER = 'http://bank.signet.localhost:3001'
/** The bank's answer for one list: every 37th sign-in of it has ended. Nothing is shared between two lists. */
function endedSomewhere() {
  const bits = new Uint8Array(STATUS_LIST_SIZE / 8)
  for (let idx = 0; idx < STATUS_LIST_SIZE; idx += 37) bits[idx >> 3] |= 1 << (idx & 7)
  return bits
}

/** A verifier's status lists, the product's own code, over a source in this process. */
export const follow = () =>
  followStatusLists({
    issuer: ISSUER,
    maxAgeSeconds: 86_400,
    source: { fetch: async (id) => ({ bits: endedSomewhere(), etag: `"${id}"`, changedAtMs: 0 }) },
  })

/** The claim of one sign-in, with strings of its own, as they come out of a token. */
export const reference = (sessionNumber) =>
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

/** A sign-in that has not ended, so that the check is measured and not the making of an error. */
export const standing = (random, sessions) => {
  for (;;) {
    const number = Math.floor(random() * sessions)
    if (sessions === 1 || (number % STATUS_LIST_SIZE) % 37 !== 0) return sessions === 1 ? 1 : number
  }
}

/** Has every list fetched that so many sign-ins take. */
export async function fill(lists, sessions) {
  for (let first = 0; first < sessions; first += STATUS_LIST_SIZE) await lists.assertNotRevoked(reference(first + 1))
}

/**
 * `fetch` for the pages' scripts. After a `token_expired` response it renews the session and repeats the request. All tabs
 * of an app share one renewal: a Web Lock serializes them, and the next tab finds a new token.
 */

/** @param {Response} response */
async function saysExpired(response) {
  if (response.status !== 401) return false
  const { code } = await response
    .clone()
    .json()
    .catch(() => ({}))
  return code === 'token_expired'
}

/** @template Answer @param {() => Promise<Answer>} work */
function inTurn(work) {
  // Without locks (a page over plain http) tabs may renew concurrently; the bank gives all of them the same successor.
  return navigator.locks ? navigator.locks.request('signet-renewal', work) : work()
}

/** The response cannot be read across origins. Only the cookies that it sets matter. */
async function renew() {
  const { renewal } = document.documentElement.dataset
  if (renewal) await fetch(renewal, { mode: 'no-cors', credentials: 'include', cache: 'no-store' })
}

/**
 * Sends a request to this service. A request that was refused as expired had no effect, so it is repeated for any method.
 * The body must be repeatable (text, not a stream).
 *
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>} the last response: 401 when the session has ended or the bank is down.
 */
export async function signedInFetch(url, init) {
  const first = await fetch(url, init)
  if (!(await saysExpired(first))) return first
  return inTurn(async () => {
    const second = await fetch(url, init)
    if (!(await saysExpired(second))) return second
    try {
      await renew()
    } catch {
      return second
    }
    return fetch(url, init)
  })
}

/**
 * `fetch` for the pages' own scripts: an answer that says the token has expired is not shown to anybody, the sign-in is
 * renewed and the request sent again. All tabs of an app take turns (Web Locks), and whoever comes second finds the work
 * done: one renewal for all of them.
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
  // Without locks (a page over plain http) tabs may renew at once; the bank gives all of them the same successor.
  return navigator.locks ? navigator.locks.request('signet-renewal', work) : work()
}

/** The bank's answer is hidden from its sibling's pages, and says nothing: the cookies it sets are what counts. */
async function renew() {
  const { renewal } = document.documentElement.dataset
  if (renewal) await fetch(renewal, { mode: 'no-cors', credentials: 'include', cache: 'no-store' })
}

/**
 * As `fetch`, for addresses of this service. A request that was refused as expired has done nothing, so sending it again is
 * safe whatever its method; its body must be one that can be sent twice (text, not a stream).
 *
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>} the last answer: still a 401 when the sign-in is over or the bank is down.
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

/**
 * Keeps the receipt of a transfer that is on its way up to date: asks how far it has come, and when that changes puts the
 * page's own words for it in place. Without it the page says the same when it is loaded again.
 */

import { signedInFetch } from './signed-in-fetch.js'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** @param {string} id */
async function askState(id) {
  const response = await signedInFetch(`/api/transfers/${encodeURIComponent(id)}`)
  if (!response.ok) throw new Error(`the bank answered ${response.status}`)
  const { data } = await response.json()
  return data
}

/** The same part of this page as the bank writes it now. Nothing in it runs: it is a parsed document's. */
async function newest() {
  const response = await fetch(location.href)
  if (!response.ok) return null
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  return page.querySelector('#transfer-state')
}

/** @param {HTMLElement} state */
async function follow(state) {
  const id = state.dataset.transfer
  let shown = ''
  for (let pause = FIRST_WAIT_MS; id; pause = Math.min(pause * 1.5, LONGEST_WAIT_MS)) {
    await wait(pause)
    try {
      const { status, problem } = await askState(id)
      // Not each try: a screen reader says what changes here.
      const now = `${status} ${problem}`
      if (now !== shown && now !== 'pending null') {
        const part = await newest()
        if (part) state.replaceChildren(...part.childNodes)
        shown = now
      }
      if (status === 'settled') return
    } catch {
      // The bank is away, or the sign-in is over: the page still says what was so, and the link asks again.
    }
  }
}

const state = document.querySelector('#transfer-state')
if (state instanceof HTMLElement && state.dataset.transfer) void follow(state)

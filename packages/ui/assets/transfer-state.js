/**
 * Updates the receipt of a pending transfer: polls its status and, when it changes, replaces that part of the page. Without
 * JavaScript the user reloads the page.
 */

import { signedInFetch } from './signed-in-fetch.js'

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 5_000

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** @param {string} id */
async function askState(id) {
  const response = await signedInFetch(`/api/transfers/${encodeURIComponent(id)}`)
  if (!response.ok) throw new Error(`the bank responded ${response.status}`)
  const { data } = await response.json()
  return data
}

/** Fetches the changing part of this page. Scripts in a parsed document do not run. */
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
      // Replaced only on a change, because a screen reader reads it out.
      const now = `${status} ${problem}`
      if (now !== shown && now !== 'pending null') {
        const part = await newest()
        if (part) state.replaceChildren(...part.childNodes)
        shown = now
      }
      if (status === 'settled') return
    } catch {
      // The bank is down or the session has ended: the page keeps the last status and a link to reload.
    }
  }
}

const state = document.querySelector('#transfer-state')
if (state instanceof HTMLElement && state.dataset.transfer) void follow(state)

/**
 * Hides a page once its user has signed out, or another user has signed in, in this browser or elsewhere. A changed cookie
 * or the service's event stream (while the page is visible) triggers a request for the signed-in user. Typed text stays
 * in the page for the same user.
 */

import { refreshNotices } from './security-notices.js'
import { signedInFetch } from './signed-in-fetch.js'

const RETRY_MS = 5_000
/** A page that sends a form is left, and need not ask. One that is still there after this time asks. */
const LEAVING_MS = 10_000

const page = document.documentElement
const { seenCookie, user } = page.dataset
const title = document.title
const notices = /** @type {HTMLTemplateElement} */ (document.querySelector('#session-notices'))

const readSeen = () =>
  document.cookie
    .split('; ')
    .find((pair) => pair.startsWith(`${seenCookie}=`))
    ?.slice(`${seenCookie}=`.length)

let seen = readSeen()
/** @type {EventSource | undefined} */
let stream
let leavesAt = Number.NEGATIVE_INFINITY
let wasUsed = false
let hasExpired = false
/** Number of the newest check: results of older ones are ignored. */
let checks = 0

function hide() {
  page.dataset.hidden = ''
  document.title = title.split(' · ').at(-1) ?? ''
}

/** @param {string} [notice] class of the notice; without one the page is shown. @param {string} [name] of the other user. */
function show(notice, name = '') {
  document.querySelector('.session-notice')?.remove()
  if (notice === undefined) {
    delete page.dataset.hidden
    document.title = title
    return
  }
  hide()
  const section = notices.content.querySelector(`.${notice}`)?.cloneNode(true)
  if (!(section instanceof HTMLElement)) return
  for (const place of section.querySelectorAll('[data-name]')) place.textContent = name
  // A new tab keeps the typed text of this page while the user signs in.
  if (hasTypedText()) for (const link of section.querySelectorAll('a')) link.target = '_blank'
  document.querySelector('.masthead')?.after(section)
}

function hasTypedText() {
  const fields = document.querySelectorAll('input:not([type=hidden]), textarea')
  return [...fields].some((field) => 'defaultValue' in field && field.value !== field.defaultValue)
}

/** Checks who is signed in, and shows the page or a notice. Without a response the page stays as it is: hidden or not. */
async function check() {
  const own = ++checks
  stopStream()
  hasExpired = false
  const leavesInMs = leavesAt + LEAVING_MS - performance.now()
  if (leavesInMs > 0) await new Promise((resolve) => setTimeout(resolve, leavesInMs))
  const { notice, name } = await askWhoIsSignedIn().catch(() => ({ notice: 'unknown', name: '' }))
  if (own !== checks) return
  if (notice !== 'unknown' || 'hidden' in page.dataset) show(notice, name)
  if (notice === undefined) watch()
  if (notice === 'unknown') setTimeout(() => own === checks && check(), RETRY_MS)
}

/** @returns {Promise<{ notice?: string, name?: string }>} */
async function askWhoIsSignedIn() {
  const response = await signedInFetch('/api/me', { cache: 'no-store' })
  if (response.status === 401) return { notice: 'signed-out' }
  if (!response.ok) return { notice: 'unknown' }
  const { data } = await response.json()
  return data.id === user ? {} : { notice: 'another-user', name: data.name }
}

function lookAtCookie() {
  const now = readSeen()
  if (now === seen) return
  seen = now
  hide()
  void check()
}

function stopStream() {
  stream?.close()
  stream = undefined
}

function watch() {
  if (stream || document.visibilityState !== 'visible' || 'hidden' in page.dataset) return
  const own = new EventSource('/api/session/events')
  stream = own
  own.addEventListener('ended', ({ data }) => {
    stopStream()
    hasExpired = JSON.parse(data).code === 'token_expired'
    if (!hasExpired) hide()
    // An idle page must not keep the session alive.
    if (!hasExpired || wasUsed) void check()
    wasUsed = false
  })
  own.addEventListener('notice', refreshNotices)
  own.addEventListener('error', () => {
    if (own.readyState !== EventSource.CLOSED || own !== stream) return
    stopStream()
    setTimeout(() => stream || check(), RETRY_MS)
  })
}

function whenUsed() {
  wasUsed = true
  if (hasExpired) void check()
}

function whenSeenAgain() {
  lookAtCookie()
  if (document.visibilityState !== 'visible') stopStream()
  else if (hasExpired) void check()
  else watch()
}

if ('cookieStore' in window) cookieStore.addEventListener('change', lookAtCookie)
document.addEventListener('visibilitychange', whenSeenAgain)
addEventListener('focus', whenSeenAgain)
addEventListener('pageshow', ({ persisted }) => {
  leavesAt = Number.NEGATIVE_INFINITY
  if (!persisted) return
  lookAtCookie()
  void check()
})
addEventListener('pagehide', stopStream)
addEventListener('submit', () => {
  leavesAt = performance.now()
})
for (const use of ['pointerdown', 'keydown']) addEventListener(use, whenUsed, { passive: true })
watch()

/**
 * Uses passkeys: shows the buttons of forms that have one, runs the ceremony and sends the form with the response. Without
 * JavaScript or passkeys the page's other ways remain.
 */

import { signedInFetch } from './signed-in-fetch.js'

const NO_PASSKEY = 'No passkey was used. Try again, or use another way.'
/** Shorter than the lifetime of a challenge. */
const RENEW_AFTER_MS = 240_000

/** @type {AbortController | undefined} */
let autofill

/**
 * Fetches the options of a ceremony.
 *
 * @param {DOMStringMap} part
 */
async function fetchOptions({ options = '', body }) {
  const init = body ? { headers: { 'content-type': 'application/json' }, body } : {}
  const response = await signedInFetch(options, { method: 'POST', ...init })
  const answer = await response.json()
  if (!response.ok) throw new Error(answer.error)
  return answer.data
}

/**
 * Runs a ceremony. Returns the response as JSON text.
 *
 * @param {HTMLElement} part
 * @param {CredentialRequestOptions} [how]
 */
async function run({ dataset }, how = {}) {
  const options = await fetchOptions(dataset)
  const credential =
    dataset.ceremony === 'create'
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), ...how })
  return JSON.stringify(credential)
}

/** @param {HTMLElement} part @param {string} credential */
function send(part, credential) {
  const field = part.querySelector('input')
  const button = part.querySelector('button')
  if (!field || !button) return
  field.value = credential
  button.disabled = false
  field.form?.requestSubmit(button)
}

/** @param {HTMLElement} part @param {unknown} error */
function report(part, error) {
  const problem = part.querySelector('.field-error')
  if (!(problem instanceof HTMLElement)) return
  // A ceremony that the user canceled and one that failed look the same, by design.
  problem.textContent = error instanceof DOMException || !(error instanceof Error) ? NO_PASSKEY : error.message
  problem.role = 'alert'
  problem.hidden = false
}

/**
 * Offers passkeys in the username field until one is chosen. The button ends it, because a page has one ceremony at a time.
 *
 * @param {HTMLElement} part
 */
async function offer(part) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  const own = new AbortController()
  autofill = own
  const timer = setTimeout(() => {
    own.abort()
    if (document.visibilityState === 'visible') void offer(part)
    else document.addEventListener('visibilitychange', () => offer(part), { once: true })
  }, RENEW_AFTER_MS)
  try {
    const credential = await run(part, { mediation: 'conditional', signal: own.signal })
    if (!own.signal.aborted) send(part, credential)
  } catch {
    // The user did not choose a passkey. The button reports its own errors.
  } finally {
    clearTimeout(timer)
  }
}

/** @param {HTMLElement} part */
function enable(part) {
  const button = part.querySelector('button')
  const field = part.querySelector('input')
  if (!button || !field) return
  const reset = () => {
    field.value = ''
    button.disabled = false
  }
  const start = () => {
    if (part.dataset.autofill !== undefined) void offer(part)
  }
  button.hidden = false
  for (const unsupported of part.querySelectorAll('[data-unsupported]')) unsupported.remove()
  button.addEventListener('click', async (event) => {
    event.preventDefault()
    autofill?.abort()
    button.disabled = true
    try {
      send(part, await run(part))
    } catch (error) {
      reset()
      report(part, error)
      start()
    }
  })
  // The back button may restore a page with a response that was used.
  addEventListener('pageshow', reset)
  start()
}

if (window.PublicKeyCredential && 'parseRequestOptionsFromJSON' in PublicKeyCredential) {
  for (const part of document.querySelectorAll('.passkey')) if (part instanceof HTMLElement) enable(part)
}

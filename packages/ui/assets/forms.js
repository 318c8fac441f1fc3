/** What every page's forms and links gain with JavaScript: a form is sent once, and a marked link keeps the fragment. */

/** A form that is still there after this time may be sent again. */
const SENT_MS = 10_000

/** @type {WeakMap<EventTarget, number>} */
let sentAt = new WeakMap()

addEventListener('submit', (event) => {
  const form = event.target
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== 'post') return
  const now = performance.now()
  if (now - (sentAt.get(form) ?? Number.NEGATIVE_INFINITY) < SENT_MS) event.preventDefault()
  else sentAt.set(form, now)
})
addEventListener('pageshow', () => {
  sentAt = new WeakMap()
})

for (const link of document.querySelectorAll('a[data-keeps-fragment]')) {
  if (link instanceof HTMLAnchorElement) link.hash = location.hash
}

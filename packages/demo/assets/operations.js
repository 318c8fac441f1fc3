/**
 * Updates the operations page every 3 seconds while it is visible. The user can switch this off; without JavaScript the
 * page has a link that reloads it.
 */

const EVERY_MS = 3_000

const shown = document.querySelector('#operations')
const form = document.querySelector('form.refresh')
const wanted = form?.querySelector('input')

async function refresh() {
  if (!document.hidden && wanted?.checked) {
    try {
      const response = await fetch('/operations', { signal: AbortSignal.timeout(10_000) })
      // Scripts in a parsed document do not run.
      const page = new DOMParser().parseFromString(await response.text(), 'text/html')
      const newest = page.querySelector('#operations')
      // The user may have switched it off while the request was running.
      if (newest && wanted.checked) shown?.replaceChildren(...newest.childNodes)
    } catch {
      // The bank cannot be reached: the page shows when it was last updated.
    }
  }
  setTimeout(refresh, EVERY_MS)
}

if (form instanceof HTMLFormElement) {
  form.hidden = false
  setTimeout(refresh, EVERY_MS)
}

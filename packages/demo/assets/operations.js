/**
 * Keeps the page of operations up to date: asks for it again every few seconds while somebody can see it, and puts its
 * newest part in place. Whoever wants to read in peace switches it off; without it the page is loaded again by its link.
 */

const EVERY_MS = 3_000

const shown = document.querySelector('#operations')
const form = document.querySelector('form.refresh')
const wanted = form?.querySelector('input')

/** The same part of this page as the bank writes it now. Nothing in it runs: it is a parsed document's. */
async function newest() {
  const response = await fetch('/operations', { signal: AbortSignal.timeout(10_000) })
  if (!response.ok) return null
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  return page.querySelector('#operations')
}

async function refresh() {
  if (!document.hidden && wanted?.checked) {
    try {
      const part = await newest()
      // Switched off while it was under way: what is being read stays.
      if (part && wanted.checked) shown?.replaceChildren(...part.childNodes)
    } catch {
      // The bank is away: the page says when it was looked at last.
    }
  }
  setTimeout(refresh, EVERY_MS)
}

if (form instanceof HTMLFormElement) {
  form.hidden = false
  setTimeout(refresh, EVERY_MS)
}

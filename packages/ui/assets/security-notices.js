/** Shows a security notice on an open page when another session has caused one. Without JavaScript the next page shows it. */

import { signedInFetch } from './signed-in-fetch.js'

const NOTICES = '#security-notices'

export async function refreshNotices() {
  const response = await signedInFetch('/security', { cache: 'no-store' }).catch(() => undefined)
  if (!response?.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const newest = page.querySelector(NOTICES)
  if (page.documentElement.dataset.user !== document.documentElement.dataset.user || !newest) return
  // Dismissing returns to this page.
  for (const field of newest.querySelectorAll('[name="return_to"]')) {
    field.setAttribute('value', location.pathname + location.search)
  }
  document.querySelector(NOTICES)?.replaceChildren(...newest.childNodes)
}

/**
 * Updates the list of this browser's requests while the page is visible. Without JavaScript the user reloads the page.
 */

const list = document.querySelector('#wire')
/** @type {EventSource | undefined} */
let stream
/** Refreshes run one after the other, so that the newest list stays. */
let refreshed = Promise.resolve()
/** One that runs and one that follows are enough for any number of events. */
let refreshes = 0

/** Fetches the list. Scripts in a parsed document do not run. */
async function refresh() {
  const response = await fetch('/wire', { signal: AbortSignal.timeout(10_000) })
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const newest = page.querySelector('#wire')
  if (newest) list?.replaceChildren(...newest.childNodes)
}

/** After a failure the next event tries again. */
function refreshNext() {
  if (refreshes === 2) return
  refreshes += 1
  const end = () => {
    refreshes -= 1
  }
  refreshed = refreshed.then(refresh).then(end, end)
}

/** A hidden page closes its stream: a browser has few connections per host. */
function watch() {
  if (document.visibilityState !== 'visible') {
    stream?.close()
    stream = undefined
    return
  }
  if (stream) return
  stream = new EventSource('/wire/events')
  stream.addEventListener('open', refreshNext)
  stream.addEventListener('requests', refreshNext)
}

if (list) {
  document.addEventListener('visibilitychange', watch)
  addEventListener('pagehide', () => {
    stream?.close()
    stream = undefined
  })
  addEventListener('pageshow', watch)
  watch()
}

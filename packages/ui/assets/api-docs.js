/**
 * Sends the "Try it" forms of the API page with the page's cookies and shows the response. Values are set as text, so
 * that a response cannot become markup.
 */

import { signedInFetch } from './signed-in-fetch.js'

/** @param {HTMLFormElement} form */
function readCall(form) {
  const headers = new Headers()
  const query = new URLSearchParams()
  let path = form.dataset.path ?? '/'
  let body
  for (const field of form.querySelectorAll('[data-in]')) {
    const { name, value } = field
    if (field.dataset.in === 'body') {
      body = value
      headers.set('content-type', form.dataset.type ?? 'application/json')
    } else if (field.dataset.in === 'path') {
      path = path.replace(`{${name}}`, encodeURIComponent(value))
    } else if (value !== '') {
      ;(field.dataset.in === 'query' ? query : headers).set(name, value)
    }
  }
  const search = query.size > 0 ? `?${query}` : ''
  return { url: path + search, init: { method: form.dataset.method, headers, body } }
}

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** @param {SubmitEvent} event */
async function send(event) {
  event.preventDefault()
  const form = event.currentTarget
  const output = form.querySelector('output')
  output.textContent = 'Sending…'
  try {
    const { url, init } = readCall(form)
    const started = performance.now()
    const response = await signedInFetch(url, init)
    const text = await response.text()
    const took = Math.round(performance.now() - started)
    const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n')
    const line = `${response.status} ${response.statusText} in ${took} ms`
    output.textContent = `${line}\n${headers}\n\n${pretty(text)}`
  } catch (error) {
    output.textContent = `No response: ${error.message}`
  }
}

for (const form of document.querySelectorAll('form.try-it')) {
  form.addEventListener('submit', send)
  form.hidden = false
}

// Opens the operation that the URL's fragment names.
function openTarget() {
  const target = document.getElementById(location.hash.slice(1))
  if (target instanceof HTMLDetailsElement) target.open = true
}
addEventListener('hashchange', openTarget)
openTarget()

/**
 * Brings the token page to life: decodes the token here in the browser, without a key, and sends changes without leaving
 * the page. Everything that comes from a token is set as text, so that no claim can become markup.
 */

const utf8 = new TextDecoder()

/** @param {string} part */
function decodePart(part) {
  try {
    const base64 = part.replaceAll('-', '+').replaceAll('_', '/')
    const text = utf8.decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
    try {
      return JSON.stringify(JSON.parse(text), null, 2)
    } catch {
      return text
    }
  } catch {
    return '(not base64url)'
  }
}

const decoded = document.querySelector('[data-token]')

/** @param {string} token */
function showDecoded(token) {
  const [header = '', payload = ''] = token.split('.')
  for (const [name, part] of Object.entries({ header, payload })) {
    const place = decoded?.querySelector(`[data-part="${name}"]`)
    if (place) place.textContent = decodePart(part)
  }
}

if (decoded instanceof HTMLElement) {
  showDecoded(decoded.dataset.token ?? '')
  const note = document.querySelector('[data-decoded-by]')
  if (note) {
    note.textContent =
      'Your own browser decoded this just now. It took no key and asked nobody: base64url is an alphabet, not a lock. So nothing secret may ever stand in a token.'
  }
}

/** @param {SubmitEvent} event */
async function sendChange(event) {
  const { currentTarget: form, submitter } = event
  event.preventDefault()
  const place = document.getElementById('answers')
  place.setAttribute('aria-busy', 'true')
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      body: new URLSearchParams(new FormData(form, submitter)),
    })
    const answered = new DOMParser().parseFromString(await response.text(), 'text/html')
    const answers = answered.getElementById('answers')
    if (!answers) throw new TypeError('no answers')
    place.replaceChildren(...answers.childNodes)
    form.token.value = answered.getElementById('token').value
    place.scrollIntoView({ block: 'start' })
    place.focus({ preventScroll: true })
  } catch {
    // The sign-in has run out, or nobody answered: as without a script, the browser finds out and says so.
    form.removeEventListener('submit', sendChange)
    form.requestSubmit(submitter)
  } finally {
    place.removeAttribute('aria-busy')
  }
}

document.querySelector('form.change')?.addEventListener('submit', sendChange)

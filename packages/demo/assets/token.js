/**
 * Decodes the token in the browser and sends changes without leaving the page. Values from a token are set as text, so
 * that a claim cannot become markup.
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
      'Your browser decoded this token without a key. Base64url is an encoding, not encryption, so a token must not contain secrets.'
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
    // The session has expired or the request failed: the browser sends the form itself and shows the response.
    form.removeEventListener('submit', sendChange)
    form.requestSubmit(submitter)
  } finally {
    place.removeAttribute('aria-busy')
  }
}

document.querySelector('form.change')?.addEventListener('submit', sendChange)

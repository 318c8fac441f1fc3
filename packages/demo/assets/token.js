/**
 * Decodes the token in the browser and sends changes without leaving the page. Values from a token are set as text, so
 * that a claim cannot become markup.
 */

/** @param {string} part */
function decodePart(part) {
  const base64 = part.replaceAll('-', '+').replaceAll('_', '/')
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  return JSON.stringify(JSON.parse(new TextDecoder().decode(bytes)), null, 2)
}

const decoded = document.querySelector('[data-token]')

if (decoded instanceof HTMLElement) {
  const parts = decoded.dataset.token.split('.')
  try {
    for (const [index, name] of ['header', 'payload'].entries())
      decoded.querySelector(`[data-part="${name}"]`).textContent = decodePart(parts[index])
    document.querySelector('[data-decoded-by]').textContent =
      'Your browser decoded this token without a key. Base64url is an encoding, not encryption, so a token must not contain secrets.'
  } catch {
    // The token was edited: the server's text stays.
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

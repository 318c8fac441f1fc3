/** Reads the credential that a page's script put into a form. Returns undefined for text that is not JSON. */
export function readCredential(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders, ServiceError } from '@signet/service'

/** The bank signs one in a millisecond; beyond this it is down, and the page does without. */
const TIMEOUT_MS = 2_000
/** No token is longer than this. */
const MAX_ANSWER_BYTES = 8_192

/**
 * Asks the bank for a token to look at, for the person whose own token this is: retirement has nothing to sign with.
 *
 * @throws {ServiceError} `unavailable` when the bank gives none.
 */
export async function fetchLabToken(
  bankInternalUrl: string,
  ownToken: string,
  made: { readonly expired: boolean },
  context: CallContext,
): Promise<string> {
  try {
    const { status, text } = await fetchText(new URL('/labs/token', bankInternalUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${ownToken}`, 'content-type': 'application/json', ...contextHeaders(context) },
      body: JSON.stringify(made),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
    if (status !== 200) throw new Error(`the bank answered ${status}`)
    const { data } = JSON.parse(text) as { data?: unknown }
    if (typeof data !== 'string') throw new Error('the bank answered without a token')
    return data
  } catch (cause) {
    throw new ServiceError('unavailable', 'The bank could not be asked for a token to look at.', { cause })
  }
}

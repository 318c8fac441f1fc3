import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders, ServiceError } from '@signet/service'

/** The bank responds in milliseconds. After this time the page is shown without a lab token. */
const TIMEOUT_MS = 2_000
/** Longer than any token. */
const MAX_ANSWER_BYTES = 8_192

/**
 * Gets a lab token for the owner of `ownToken` from the bank, because retirement does not sign tokens.
 *
 * @throws {ServiceError} `unavailable` when the bank does not return one.
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
    throw new ServiceError('unavailable', 'We can’t get a lab token from the bank right now. Try again in a moment.', {
      cause,
    })
  }
}

import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders, ServiceError } from '@signet/service'

/** The bank answers a sign-out from its database in milliseconds; beyond this it is down. */
const TIMEOUT_MS = 3_000

/**
 * Tells the bank, server to server, that a sign-in is to end everywhere. `proof` is the header that says whose: the token,
 * or the session's cookie. It is proof enough: whoever holds it may end it.
 *
 * @throws {ServiceError} `unavailable` when the bank did not confirm: then nothing has been ended.
 */
export async function endAtBank(
  bankInternalUrl: string,
  proof: Readonly<Record<string, string>>,
  context: CallContext,
): Promise<void> {
  const tell = () =>
    fetchText(new URL('/api/logout', bankInternalUrl), {
      method: 'POST',
      headers: { ...proof, ...contextHeaders(context) },
      timeoutMs: TIMEOUT_MS,
    })
  // Ending a sign-in twice is no failure: when the connection breaks, as it does with a replica that is replaced, another
  // one is told.
  const { status } = await tell()
    .catch(tell)
    .catch((error: unknown) => {
      throw unreachable(error)
    })
  if (status !== 200) throw unreachable(new Error(`the bank answered ${status}`))
}

function unreachable(cause: unknown): ServiceError {
  const sentence = 'The bank could not be told, so you are still signed in everywhere. Try again in a moment.'
  return new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
}

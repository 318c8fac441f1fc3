import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders, ServiceError } from '@signet/service'

/** The bank answers a sign-out from its database in milliseconds; beyond this it is down. */
const TIMEOUT_MS = 3_000

/**
 * Has the bank revoke sessions, server to server. `credentials` are the headers that a session can be found by. They are
 * proof enough: the client that holds a credential may end its session.
 *
 * @throws {ServiceError} `session_unknown` when the bank could not find the session of a credential; `unavailable` when the
 *   bank did not confirm.
 */
export async function endAtBank(
  bankInternalUrl: string,
  credentials: Readonly<Record<string, string>>,
  context: CallContext,
): Promise<void> {
  const tell = () =>
    fetchText(new URL('/api/logout', bankInternalUrl), {
      method: 'POST',
      headers: { ...credentials, ...contextHeaders(context) },
      timeoutMs: TIMEOUT_MS,
    })
  // Ending a sign-in twice is no failure: when the connection breaks, as it does with a replica that is replaced, another
  // one is told.
  const { status } = await tell()
    .catch(tell)
    .catch((error: unknown) => {
      throw unreachable(error)
    })
  if (status === 409) throw new ServiceError('session_unknown')
  if (status !== 200) throw unreachable(new Error(`the bank answered ${status}`))
}

function unreachable(cause: unknown): ServiceError {
  const sentence = 'The bank could not be told, so you are still signed in everywhere. Try again in a moment.'
  return new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
}

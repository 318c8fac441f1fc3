import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders, ServiceError } from '@signet/service'

/** The bank responds within milliseconds; after this time it counts as down. */
const TIMEOUT_MS = 3_000

/**
 * Asks the bank to revoke sessions, server to server. `credentials` are the request headers that identify them. No other
 * proof is needed: a client that has a credential may revoke its session.
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
  // Revoking twice is harmless. A second request reaches another replica when the first one was being replaced.
  const { status } = await tell()
    .catch(tell)
    .catch((error: unknown) => {
      throw unreachable(error)
    })
  if (status === 409) throw new ServiceError('session_unknown')
  if (status !== 200) throw unreachable(new Error(`the bank answered ${status}`))
}

function unreachable(cause: unknown): ServiceError {
  const sentence = 'The bank did not confirm your sign-out, so you may still be signed in. Try again in a moment.'
  return new ServiceError('unavailable', sentence, { cause, headers: { 'retry-after': '1' } })
}

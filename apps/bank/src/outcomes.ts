import { AuthError } from '@signet/auth/verifier'
import { ClientDisconnected, type outcomeCounter, ServiceError } from '@signet/service'

export type OutcomeCounter = ReturnType<typeof outcomeCounter>

/**
 * Runs `work` and counts its outcome: `accepted`, the code of the refusal, `left` when the client has disconnected, or
 * `failed` for an internal error.
 */
export async function counted<T>(counter: OutcomeCounter, work: () => Promise<T>): Promise<T> {
  try {
    const result = await work()
    counter.inc({ outcome: 'accepted' })
    return result
  } catch (error) {
    counter.inc({ outcome: outcomeOf(error) })
    throw error
  }
}

/** Returns a label value. Error codes come from fixed tables, so their number is bounded. */
function outcomeOf(error: unknown): string {
  if (error instanceof ClientDisconnected) return 'left'
  return error instanceof AuthError || error instanceof ServiceError ? error.code : 'failed'
}

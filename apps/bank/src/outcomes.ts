import { AuthError } from '@signet/auth/verifier'
import { type App, ClientDisconnected, ServiceError } from '@signet/service'
import { Counter } from 'prom-client'

export type OutcomeCounter = Counter<'outcome'>

export function outcomeCounter({ metrics }: App, name: string, help: string, outcomes: readonly string[]) {
  const counter: OutcomeCounter = new Counter({ name, help, labelNames: ['outcome'] as const, registers: [metrics] })
  for (const outcome of outcomes) counter.inc({ outcome }, 0)
  return counter
}

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

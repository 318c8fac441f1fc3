import { AuthError } from '@signet/auth/verifier'
import { type App, ClientDisconnected, ServiceError } from '@signet/service'
import { Counter } from 'prom-client'

export type OutcomeCounter = Counter<'outcome'>

/** Adds a counter to the service's metrics that shows every outcome from the start. */
export function outcomeCounter({ metrics }: App, name: string, help: string, outcomes: readonly string[]) {
  const counter: OutcomeCounter = new Counter({ name, help, labelNames: ['outcome'] as const, registers: [metrics] })
  for (const outcome of outcomes) counter.inc({ outcome }, 0)
  return counter
}

/**
 * Does what may be refused, and counts how it ended: `accepted`, the code of the refusal, `left` where the client has
 * disconnected, or `failed` for a fault of ours.
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

/** A code of our own tables: their number is bounded. */
export function outcomeOf(error: unknown): string {
  if (error instanceof ClientDisconnected) return 'left'
  return error instanceof AuthError || error instanceof ServiceError ? error.code : 'failed'
}

import type { PasswordLoad, Passwords } from '@signet/auth/issuer'
import { AuthError } from '@signet/auth/verifier'
import { type App, NobodyWaits, ServiceError } from '@signet/service'
import { Counter, Gauge } from 'prom-client'

/** How attempts to sign in, to renew and to join end. */
export interface SignInMetrics {
  readonly signIns: Counter<'outcome'>
  readonly reauthentications: Counter<'outcome'>
  readonly registrations: Counter<'outcome'>
  readonly renewals: Counter<'outcome'>
}

const BY_PASSWORD = ['accepted', 'invalid_credentials', 'rate_limited', 'unavailable', 'left', 'failed']
const RENEWALS = ['rotated', 'replayed', 'reuse_detected', 'token_expired', 'token_revoked', 'failed']

/** Counters that are not shown yet: sign-ins are put together before there is a service. See `showSignInMetrics`. */
export function signInMetrics(): SignInMetrics {
  const counter = (name: string, help: string, outcomes: readonly string[]) => {
    const made = new Counter({ name, help, labelNames: ['outcome'] as const, registers: [] })
    for (const outcome of outcomes) made.inc({ outcome }, 0)
    return made
  }
  return {
    signIns: counter('sign_ins_total', 'Passwords presented to sign in, by how it ended', BY_PASSWORD),
    reauthentications: counter(
      'reauthentications_total',
      'Passwords typed again within a sign-in, by how it ended',
      BY_PASSWORD,
    ),
    registrations: counter('registrations_total', 'New customers, by how it ended', [
      'accepted',
      'username_taken',
      'invalid_request',
    ]),
    renewals: counter(
      'session_renewals_total',
      'Refresh tokens presented, by how it ended: replayed is the same successor once more, reuse_detected ended the sign-in',
      RENEWALS,
    ),
  }
}

export function showSignInMetrics({ metrics }: App, counters: SignInMetrics): void {
  for (const counter of Object.values(counters)) metrics.registerMetric(counter)
}

/**
 * Does what may be refused, and counts how it ended: `accepted`, the code of the refusal, `left` where nobody waited for
 * it any more, or `failed` for a fault of ours.
 */
export async function counted<T>(counter: Counter<'outcome'>, work: () => Promise<T>): Promise<T> {
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
  if (error instanceof NobodyWaits) return 'left'
  return error instanceof AuthError || error instanceof ServiceError ? error.code : 'failed'
}

/** How busy the hashing of passwords is, as it is when somebody looks. */
export function passwordMetrics({ metrics }: App, passwords: Passwords): void {
  const registers = [metrics]
  const gauge = (name: string, help: string, read: (load: PasswordLoad) => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(passwords.load()))
      },
    })
  gauge('password_hashes_running', 'Password hashes being computed, at most LOGIN_CONCURRENCY', (load) => load.running)
  gauge(
    'password_hashes_waiting',
    'Password hashes that wait for their turn, at most LOGIN_QUEUE',
    (load) => load.waiting,
  )
  new Counter({
    name: 'password_hashes_refused_total',
    help: 'Password hashes refused because as many were waiting as may',
    registers,
    collect() {
      this.reset()
      this.inc(passwords.load().refused)
    },
  })
}

import { createPasswords, type PasswordLoad, type Passwords, processHasher } from '@signet/auth/issuer'
import type { App } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import { Counter, Gauge } from 'prom-client'

declare module 'fastify' {
  interface FastifyInstance {
    /** Hashes and verifies passwords with bounded concurrency. */
    readonly passwords: Passwords
  }
}

export interface PasswordHashingOptions {
  /** Concurrent hashes. */
  readonly concurrency: number
  /** Hashes that may wait. */
  readonly queueLength: number
}

/** Password hashing and estimation, with their load in the metrics. */
export const passwordHashing = fastifyPlugin(
  async (app: App, { concurrency, queueLength }: PasswordHashingOptions) => {
    // A separate process, so that many logins do not slow down signed-in users.
    const hasher = processHasher({ threads: concurrency })
    const passwords = await createPasswords({ concurrency, queueLength, hasher })
    app.addHook('onClose', () => passwords.close())
    app.decorate('passwords', passwords)
    passwordMetrics(app, passwords)
  },
  { name: '@signet/bank-passwords', fastify: '5.x', dependencies: ['@signet/metrics'] },
)

/** How busy hashing is at the moment of the scrape. */
function passwordMetrics({ metrics }: Pick<App, 'metrics'>, passwords: Passwords): void {
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

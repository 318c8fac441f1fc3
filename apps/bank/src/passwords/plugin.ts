import { createPasswords, type Hasher, type Passwords, processHasher } from '@signet/auth/issuer'
import { type App, addCounter, addGauge } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    readonly passwords: Passwords
  }
}

export interface PasswordHashingOptions {
  readonly concurrency: number
  readonly queueLength: number
  /** Default: a separate process, so that many logins do not slow down signed-in users. */
  readonly hasher?: Hasher | undefined
}

export const passwordHashing = fastifyPlugin(
  async (app: App, { concurrency, queueLength, ...given }: PasswordHashingOptions) => {
    const hasher = given.hasher ?? processHasher({ threads: concurrency })
    const passwords = await createPasswords({ concurrency, queueLength, hasher })
    app.addHook('onClose', () => passwords.close())
    app.decorate('passwords', passwords)
    passwordMetrics(app, passwords)
  },
  { name: '@signet/bank-passwords', dependencies: ['@signet/metrics'] },
)

function passwordMetrics({ metrics }: Pick<App, 'metrics'>, { load }: Passwords): void {
  const running = 'Password hashes being computed, at most LOGIN_CONCURRENCY'
  const waiting = 'Password hashes that wait for their turn, at most LOGIN_QUEUE'
  const refused = 'Password hashes refused because as many were waiting as may'
  addGauge(metrics, 'password_hashes_running', running, () => load().running)
  addGauge(metrics, 'password_hashes_waiting', waiting, () => load().waiting)
  addCounter(metrics, 'password_hashes_refused_total', refused, () => load().refused)
}

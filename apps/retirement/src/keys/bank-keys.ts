import { combineKeySources, type KeySource, remoteJwks } from '@signet/auth/verifier'
import { type App, addGauge } from '@signet/service'
import { Counter } from 'prom-client'
import type { RetirementConfig } from '../config.js'

export interface BankKeys {
  readonly keys: KeySource
  /** Reports fetches in the service's metrics and log. Stops fetching when the service closes. */
  watch(app: App): void
}

/** Creates the keys that verify the bank's tokens: the shared secret, the public keys, or both while changing over. */
export function bankKeys({ JWT_SECRET, JWT_JWKS_URL: url }: RetirementConfig): BankKeys {
  let onError: (error: unknown) => void = () => {}
  const jwks = url === undefined ? undefined : remoteJwks({ url, onError: (error) => onError(error) })
  return {
    keys: combineKeySources(JWT_SECRET, jwks),
    watch: (app) => {
      if (!jwks) return
      const failures = new Counter({
        name: 'jwks_failures_total',
        help: "Failed fetches of the bank's public keys; the keys in memory stay in use",
        registers: [app.metrics],
      })
      addGauge(app.metrics, 'jwks_keys_held', 'Public keys of the bank in memory', jwks.count)
      onError = (error) => {
        failures.inc()
        app.log.warn({ err: error }, "could not fetch the bank's public keys")
      }
      app.addHook('onClose', async () => jwks.close())
    },
  }
}

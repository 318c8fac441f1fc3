import { combineKeySources, type KeySource, remoteJwks } from '@signet/auth/verifier'
import type { App } from '@signet/service'
import { Counter, Gauge } from 'prom-client'
import type { RetirementConfig } from '../config.js'

export interface BankKeys {
  readonly keys: KeySource
  /** Shows in the service's metrics and its log how fetching them goes, until the service closes. */
  watch(app: App): void
}

/** What verifies the bank's tokens: the secret that is shared with it, its public keys, or, for a while, both. */
export function bankKeys({ JWT_SECRET, JWT_JWKS_URL: url }: RetirementConfig): BankKeys {
  let onError: (error: unknown) => void = () => {}
  const jwks = url === undefined ? undefined : remoteJwks({ url, onError: (error) => onError(error) })
  return {
    keys: combineKeySources(JWT_SECRET, jwks),
    watch: (app) => {
      if (!jwks) return
      const registers = [app.metrics]
      const failures = new Counter({
        name: 'jwks_failures_total',
        help: "Fetches of the bank's public keys that failed; those that are known serve on",
        registers,
      })
      new Gauge({
        name: 'jwks_keys_held',
        help: "Public keys of the bank's that are known",
        registers,
        collect() {
          this.set(jwks.count())
        },
      })
      onError = (error) => {
        failures.inc()
        app.log.warn({ err: error }, "the bank's public keys could not be fetched")
      }
      app.addHook('onClose', async () => jwks.close())
    },
  }
}

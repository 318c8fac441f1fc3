import { browserBinding } from '@signet/auth/issuer'
import type { App } from '@signet/service'
import fastifyPlugin from 'fastify-plugin'
import type { BankOptions } from '../options.js'
import { runRegularly } from '../regular-task.js'
import type { CeremonyOptions } from './ceremonies.js'
import { passkeyReauthenticationRoutes, reauthenticateWithPasskey } from './reauthenticate-routes.js'
import { passkeyRoutes } from './routes.js'
import { readCredential } from './schemas.js'
import { passkeySecurityRoutes } from './security-routes.js'
import { passkeySignInRoutes } from './sign-in-routes.js'
import { challengeStore, sweepChallenges } from './store.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly passkeys: {
      /** See `reauthenticateWithPasskey`. @param credential the text that a page's script put into a form */
      reauthenticate(request: FastifyRequest, reply: FastifyReply, credential: string): Promise<unknown>
    }
  }
}

type PasskeysOptions = Omit<BankOptions, 'retirementUrl' | 'stepUpLimitMinor'>

export const passkeys = fastifyPlugin(
  async (app: App, { db, cookieScope, bankUrl, origins, closedUserIds, sharedUserIds }: PasskeysOptions) => {
    const options: CeremonyOptions = {
      db,
      challenges: challengeStore(db),
      binding: browserBinding(cookieScope),
      // One passkey for every app: the cookie's own domain. Ceremonies run on the bank's pages alone, so a sibling app that an
      // attacker controls can ask for an assertion, but the bank refuses its origin.
      rp: { id: cookieScope.domain ?? new URL(bankUrl).hostname, name: 'Signet', origins: [bankUrl] },
      closedUserIds,
      sharedUserIds,
    }
    app.decorate('passkeys', {
      reauthenticate: (request, reply, credential) =>
        reauthenticateWithPasskey(options, request, reply, readCredential(credential)),
    })
    passkeyRoutes(app, options)
    passkeySignInRoutes(app, { ...options, bankUrl, origins })
    passkeyReauthenticationRoutes(app, options)
    passkeySecurityRoutes(app, options)
    runRegularly(app, {
      everyMs: 300_000,
      failure: 'could not delete expired passkey challenges',
      run: (now) => sweepChallenges(db, now),
    })
  },
  { name: '@signet/bank-passkeys', dependencies: ['@signet/bank-sign-in'] },
)

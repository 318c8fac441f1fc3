import { AuthError, authentication } from '@signet/auth/verifier'
import { CLIENT_ID } from '@signet/contracts'
import { type App, cookieScopeOf, type SessionStrategy, type SharedStore, sessionStrategies } from '@signet/service'
import Fastify from 'fastify'
import type { BankDemoOptions } from '../options.js'
import type { Said } from './figures.js'

/**
 * Registers the authentication plugin of every request to this service a second time, with one route behind it. The strategy of this
 * name is new, with an empty memory and this store. It does not prune the store: the bank already does.
 */
export async function secondInstance(
  bank: App,
  { config, keys }: BankDemoOptions,
  name: SessionStrategy['strategy'],
  shared: SharedStore,
) {
  const cookieScope = cookieScopeOf(config)
  const idleTtlSeconds = config.SESSION_IDLE_TTL
  const fresh = sessionStrategies({ cookieScope, shared, idleTtlSeconds, inMemory: true, prune: false })
  const others = bank.sessionStrategies.filter(({ strategy }) => strategy !== name)
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof AuthError)) throw error
    return reply.code(error.statusCode).send({ code: error.code })
  })
  await app.register(authentication, {
    keys,
    issuer: config.BANK_URL,
    clientId: CLIENT_ID,
    audience: config.BANK_URL,
    accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
    tokenCookie: bank.userSessions.cookies.token,
    statusLists: bank.statusLists,
    sessions: [...fresh.filter(({ strategy }) => strategy === name), ...others],
  })
  app.get('/', async () => ({ code: null }))
  return {
    ask: async (cookie: string): Promise<Said> => {
      const answer = await app.inject({ url: '/', headers: { cookie } })
      return { status: answer.statusCode, code: answer.json<{ code?: string | null }>().code ?? null }
    },
    close: () => app.close(),
  }
}

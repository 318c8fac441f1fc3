import { AuthError, authentication } from '@signet/auth/verifier'
import { CLIENT_ID } from '@signet/contracts'
import {
  type App,
  cookieScopeOf,
  openSharedStore,
  type SessionStrategy,
  type SharedStore,
  sessionStrategies,
} from '@signet/service'
import Fastify from 'fastify'
import type { BankDemoOptions } from '../options.js'
import type { Said } from './figures.js'

/** A reserved port (RFC 1078), on which no store listens. */
const CLOSED_PORT = 1

/** A second instance of this service's authentication plugin, in this process. */
export interface SecondInstance {
  ask(cookie: string): Promise<Said>
  close(): Promise<void>
}

/** Creates an instance with an empty memory, as after a restart. */
export const instanceAfterRestart = (app: App, options: BankDemoOptions): Promise<SecondInstance> =>
  instanceOf(app, options, 'session', options.shared)

/** Creates an instance whose shared store is at a closed port, as while the store is down. */
export async function instanceWithoutStore(app: App, options: BankDemoOptions): Promise<SecondInstance> {
  const unreachable = await openSharedStore(`${options.shared.kind}://127.0.0.1:${CLOSED_PORT}/0`, () => {})
  const instance = await instanceOf(app, options, 'shared-session', unreachable)
  return {
    ask: instance.ask,
    close: async () => {
      await instance.close()
      await unreachable.close()
    },
  }
}

/**
 * Registers the authentication plugin of every request to this service, with one route behind it. The strategy of this name is new,
 * with an empty memory and this store. It does not prune the store: the bank already does.
 */
async function instanceOf(
  bank: App,
  { config, keys }: BankDemoOptions,
  name: SessionStrategy['strategy'],
  shared: SharedStore,
): Promise<SecondInstance> {
  const cookieScope = cookieScopeOf(config)
  const idleTtlSeconds = config.SESSION_IDLE_TTL
  const fresh = sessionStrategies({ cookieScope, shared, idleTtlSeconds, inMemory: true, prune: false })
  const sessions = bank.sessionStrategies.map(
    (one) => fresh.find(({ strategy }) => strategy === one.strategy && strategy === name) ?? one,
  )
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
    sessions,
  })
  app.get('/', async () => ({ code: null }))
  await app.ready()
  return {
    ask: async (cookie) => {
      const answer = await app.inject({ url: '/', headers: { cookie } })
      const { code } = answer.json<{ code?: unknown }>()
      return { status: answer.statusCode, code: typeof code === 'string' ? code : null, instance: null }
    },
    close: () => app.close(),
  }
}

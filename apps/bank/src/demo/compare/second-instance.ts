import { once } from 'node:events'
import { createServer } from 'node:net'
import { AuthError, type AuthenticationOptions, authentication } from '@signet/auth/verifier'
import { openSharedStore, type SessionStrategy, type SharedStore } from '@signet/service'
import Fastify from 'fastify'
import type { Said } from './figures.js'

/** A second instance of this service's authentication plugin, in this process. */
export interface SecondInstance {
  ask(cookie: string): Promise<Said>
  close(): Promise<void>
}

/** How this service authenticates requests. */
export interface SecondInstanceOptions {
  readonly recognition: Omit<AuthenticationOptions, 'sessions'>
  /** The session strategies of this process. */
  readonly strategies: readonly SessionStrategy[]
  /** Creates the same strategies on a store, with an empty memory. */
  readonly freshStrategies: (store: SharedStore) => readonly SessionStrategy[]
}

/** Creates an instance with an empty memory, as after a restart. */
export const instanceAfterRestart = (options: SecondInstanceOptions, shared: SharedStore): Promise<SecondInstance> =>
  instanceOf(options.recognition, replaced(options.strategies, 'session', options.freshStrategies(shared)))

/** Creates an instance whose shared store is at a closed port, as while the store is down. */
export async function instanceWithoutStore(
  { recognition, strategies, freshStrategies }: SecondInstanceOptions,
  kind: SharedStore['kind'],
): Promise<SecondInstance> {
  const unreachable = await openSharedStore(`${kind}://127.0.0.1:${await closedPort()}/0`, () => {})
  const instance = await instanceOf(recognition, replaced(strategies, 'shared-session', freshStrategies(unreachable)))
  return {
    ask: instance.ask,
    close: async () => {
      await instance.close()
      await unreachable.close()
    },
  }
}

/** Replaces the strategy of this name by the one in `others`. */
const replaced = (
  strategies: readonly SessionStrategy[],
  name: SessionStrategy['strategy'],
  others: readonly SessionStrategy[],
): SessionStrategy[] =>
  strategies.map((one) => (one.strategy === name ? (others.find(({ strategy }) => strategy === name) ?? one) : one))

/** Registers the authentication plugin of every request to this service, with one route behind it. */
async function instanceOf(
  recognition: SecondInstanceOptions['recognition'],
  sessions: SessionStrategy[],
): Promise<SecondInstance> {
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof AuthError)) throw error
    return reply.code(error.statusCode).send({ code: error.code })
  })
  await app.register(authentication, { ...recognition, sessions })
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

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port')
  return address.port
}

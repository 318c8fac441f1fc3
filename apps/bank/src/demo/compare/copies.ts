import { once } from 'node:events'
import { createServer } from 'node:net'
import { AuthError, type AuthenticationOptions, authentication } from '@signet/auth/verifier'
import { afterRestart, onStore, openSharedStore, type SharedStore } from '@signet/service'
import Fastify from 'fastify'
import type { Said } from './figures.js'

/** Asks a second instance of this service's recognition, in this process, whom a cookie belongs to. */
export interface Copy {
  ask(cookie: string): Promise<Said>
  close(): Promise<void>
}

type Recognition = AuthenticationOptions & Required<Pick<AuthenticationOptions, 'sessions'>>

/** With nothing in memory: what is left after a restart. */
export const copyAfterRestart = (recognition: Recognition): Promise<Copy> =>
  copyOf({ ...recognition, sessions: afterRestart(recognition.sessions) })

/** With a shared store of the same kind at a port where nobody listens: what is left while the store is down. */
export async function copyWithoutStore(recognition: Recognition, kind: SharedStore['kind']): Promise<Copy> {
  const nobody = await openSharedStore(`${kind}://127.0.0.1:${await closedPort()}/0`, () => {})
  const copy = await copyOf({ ...recognition, sessions: onStore(recognition.sessions, nobody) })
  return {
    ask: copy.ask,
    close: async () => {
      await copy.close()
      await nobody.close()
    },
  }
}

/** The plugin that every request to this service passes, with these options, and one route behind it. */
async function copyOf(recognition: Recognition): Promise<Copy> {
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof AuthError)) throw error
    return reply.code(error.statusCode).send({ code: error.code })
  })
  await app.register(authentication, recognition)
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

import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { afterEach, beforeEach, describe, test } from 'node:test'
import fastifyWebsocket from '@fastify/websocket'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import WebSocket from 'ws'
import { issuing, statusBits } from '../../src/issuer.js'
import {
  AuthError,
  authentication,
  createMemoryStore,
  defineCookie,
  followStatusLists,
  type StatusLists,
} from '../../src/verifier.js'
import { BANK, KEYS, PERSON, RETIREMENT, tokenCookie } from '../support.js'

const scope = { prefix: 'signet', domain: undefined, secure: false }
const reasonOf = (signal: AbortSignal) => (signal.reason instanceof AuthError ? signal.reason.code : signal.reason)

/** Starts a service with the two examples of the README on a real port. */
async function createStreams(statusLists: StatusLists) {
  const app = Fastify({ forceCloseConnections: true })
  const rules = { keys: KEYS, issuer: BANK, clientId: 'bank', audience: RETIREMENT, accessTokenTtlSeconds: 300 }
  const store = createMemoryStore(1)
  const session = { strategy: 'session', cookie: defineCookie('session', scope), store, idleTtlSeconds: 1 } as const
  await app.register(authentication, { ...rules, tokenCookie, statusLists, sessions: [session] })
  await app.register(issuing, { ...rules, audiences: [RETIREMENT] })
  await app.register(fastifyWebsocket)
  const seen: FastifyRequest[] = []
  app.get('/events', async (request, reply) => {
    seen.push(request)
    const stream = new PassThrough()
    request.sessionRevoked.addEventListener('abort', () => stream.end('event: ended\ndata:\n\n'))
    stream.write(': connected\n\n')
    return reply.type('text/event-stream').send(stream)
  })
  app.get('/socket', { websocket: true }, (socket, request) => {
    seen.push(request)
    request.sessionRevoked.addEventListener('abort', () => socket.close(4401, reasonOf(request.sessionRevoked)))
    socket.send('connected')
  })
  app.get('/anyone', { config: { auth: 'optional' } }, async ({ sessionRevoked }) => reasonOf(sessionRevoked))
  app.post('/sessions', { config: { auth: 'none' } }, async (_request, reply) => {
    const sign = (id: string) => app.issueSessionRecord(subject(600), id)
    await app.serverSessions.get('session')?.create(reply, sign, 600)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, seen, url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}` }
}

const subject = (seconds: number) => {
  const now = Math.floor(Date.now() / 1000)
  return { ...PERSON, authTimeSeconds: now, expiresBySeconds: now + seconds, statusNumber: 7n }
}

describe('the end of a session, while a response is still open', () => {
  let app: FastifyInstance
  let seen: FastifyRequest[]
  let url: string
  let lists: StatusLists
  let ended: number[] = []
  let release = () => {}
  beforeEach(async () => {
    ended = []
    lists = followStatusLists({
      issuer: BANK,
      maxAgeSeconds: 60,
      source: {
        fetch: async (_id, _etag, hold) => {
          if (hold) {
            await new Promise<void>((resolve) => {
              release = resolve
              hold.signal.addEventListener('abort', () => resolve())
            })
          }
          return { bits: statusBits(ended), etag: String(ended), changedAtMs: 0 }
        },
      },
    })
    ;({ app, seen, url } = await createStreams(lists))
  })
  afterEach(async () => {
    lists.close()
    await app.close()
  })

  const bearer = (seconds = 300) => ({ authorization: `Bearer ${app.issueToken(subject(seconds)).token}` })

  /** Opens the stream. Returns a function that reads it to its end. */
  async function openStream(headers: Record<string, string>) {
    const { body } = await fetch(`${url}/events`, { headers })
    assert.ok(body)
    const reader = body.pipeThrough(new TextDecoderStream()).getReader()
    assert.equal((await reader.read()).value, ': connected\n\n')
    return async () => {
      const { value } = await reader.read()
      assert.equal((await reader.read()).done, true)
      return value
    }
  }

  test('reaches Server-Sent Events and WebSockets by the status list', async () => {
    const rest = await openStream(bearer())
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, { headers: bearer() })
    await once(socket, 'message')
    const closed = once(socket, 'close')
    ended = [7]
    release()
    assert.equal(await rest(), 'event: ended\ndata:\n\n')
    const [code, reason] = await closed
    assert.deepEqual([code, String(reason)], [4401, 'token_revoked'])
  })

  test('reaches a session that this server keeps by the same means', async () => {
    const { headers } = await fetch(`${url}/sessions`, { method: 'POST' })
    const rest = await openStream({ cookie: headers.get('set-cookie')?.split(';')[0] ?? '' })
    lists.markRevoked({ status: { status_list: { idx: 7, uri: `${BANK}/status-lists/0` } } })
    assert.equal(await rest(), 'event: ended\ndata:\n\n')
  })

  test('is also the expiry of the token', async () => {
    const rest = await openStream(bearer(1))
    assert.equal(await rest(), 'event: ended\ndata:\n\n')
    assert.equal(reasonOf(seen[0]?.sessionRevoked as AbortSignal), 'token_expired')
  })

  test('is also that a store forgets a session which is not used', async () => {
    const { headers } = await fetch(`${url}/sessions`, { method: 'POST' })
    const rest = await openStream({ cookie: headers.get('set-cookie')?.split(';')[0] ?? '' })
    assert.equal(await rest(), 'event: ended\ndata:\n\n')
    assert.equal(reasonOf(seen[0]?.sessionRevoked as AbortSignal), 'token_revoked')
  })

  test('is not watched any more once the client has gone, or the response is complete', async () => {
    const controller = new AbortController()
    const { body } = await fetch(`${url}/events`, { headers: bearer(), signal: controller.signal })
    await body?.getReader().read()
    const gone = once(seen[0]?.raw.socket as NodeJS.EventEmitter, 'close')
    controller.abort()
    await gone
    lists.markRevoked({ status: { status_list: { idx: 7, uri: `${BANK}/status-lists/0` } } })
    assert.equal(seen[0]?.sessionRevoked.aborted, false)
  })

  test('has happened already where no user is authenticated', async () => {
    assert.equal(await (await fetch(`${url}/anyone`)).text(), 'token_missing')
  })
})

import { authentication, defineCookie, parseSecrets, receiveMessage } from '@signet/auth/verifier'
import { DEPOSIT_PATH, DEPOSIT_SCHEMA, DEPOSIT_TYP, type DepositClaims } from '@signet/contracts'
import Fastify, { type FastifyInstance } from 'fastify'
import { BANK, RETIREMENT, SECRET } from '../support.js'

export interface Received extends DepositClaims {
  readonly jti: string
  readonly sub: string
  readonly requestId: string | undefined
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
}

/** How it responds to the next deposits: normally, with a status, with a delay, or by crediting them and dropping the response. */
export type Mood = 'well' | number | { readonly afterMs: number } | 'answer lost'

/**
 * Something at retirement's address that takes deposits as the contract says, and can be made to fail. The stories and the
 * chaos run use the real one.
 */
export class StandIn {
  mood: Mood = 'well'
  readonly received: Received[] = []
  /** The same at every start after the first. */
  #port = 0
  #app: FastifyInstance | undefined

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    const app = Fastify({ forceCloseConnections: true })
    const keys = parseSecrets(`k1:${SECRET}`)
    const tokenCookie = defineCookie('token', { prefix: 'signet', domain: 'signet.localhost', secure: false })
    const common = { keys, tokenCookie, issuer: BANK, audience: RETIREMENT }
    await app.register(authentication, { ...common, clientId: 'bank', accessTokenTtlSeconds: 300 })
    const receive = receiveMessage<DepositClaims>({ ...common, typ: DEPOSIT_TYP, schema: DEPOSIT_SCHEMA })
    app.post(DEPOSIT_PATH, { config: { auth: 'none' } }, async (request, reply) => {
      const { mood } = this
      const deposit = await receive(request)
      if (typeof mood === 'number') return reply.code(mood).send({ status: 'error', error: 'No.', code: 'forbidden' })
      if (typeof mood === 'object') await new Promise((done) => setTimeout(done, mood.afterMs))
      const known = this.received.some(({ jti }) => jti === deposit.jti)
      const header = (name: string) => request.headers[name]?.toString()
      this.received.push({
        ...deposit,
        requestId: header('x-request-id'),
        traceparent: header('traceparent'),
        tracestate: header('tracestate'),
      })
      if (mood === 'answer lost') {
        this.mood = 'well'
        return request.raw.socket.destroy()
      }
      return reply.code(known ? 200 : 201).send({ status: 'ok', data: null })
    })
    this.#port = Number(new URL(await app.listen({ host: '127.0.0.1', port: this.#port })).port)
    this.#app = app
  }

  async stop(): Promise<void> {
    await this.#app?.close()
    this.#app = undefined
  }
}

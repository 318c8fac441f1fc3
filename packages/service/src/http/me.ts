import type { Identity } from '@signet/auth/verifier'
import type { FastifyReply } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { instanceName } from '../observability/instance.js'
import { failures, ok, Success } from './envelope.js'

const Me = Type.Object({
  id: Type.String(),
  username: Type.String(),
  name: Type.String(),
  strategy: Type.String({ description: 'How this person is remembered' }),
  sid: Type.String({ description: 'The sign-in' }),
  expiresAt: Type.String({ description: 'When the token ends, ISO 8601 UTC' }),
  service: Type.String(),
  instance: Type.String({ description: 'The process that answered' }),
})

/**
 * Where an identity keeps its answer, which depends on nothing but the token, so that it is written once. In a WeakMap of
 * ten thousand identities each would be looked at whenever young objects are collected, which costs every request more
 * than writing its answer.
 */
const ANSWER = Symbol('answer')
type Answered = Identity & { [ANSWER]?: string }

/**
 * At the end of this turn of the event loop, when everything that has arrived is worked through: whoever waits for several
 * answers on this machine, as a rule a front door, is woken once for all of them (decision 0034).
 */
function send(reply: FastifyReply, answer: string): void {
  try {
    reply.type('application/json; charset=utf-8').send(answer)
  } catch (error) {
    // Fastify answers for what a handler throws; here nobody else would, and the process would end.
    reply.send(error)
  }
}

/** `GET /api/me`: whom this service takes the caller for. No database, no other service: it is all in the token. */
export const me = fastifyPlugin<{ readonly service: string }>(
  async (app, { service }) => {
    const instance = instanceName(service)
    app.get(
      '/api/me',
      {
        config: { timeLimit: false },
        schema: { tags: ['sign-in'], summary: 'Who am I?', response: { 200: Success(Me), ...failures(401) } },
      },
      (request, reply) => {
        const identity: Answered | null = request.identity
        if (!identity) throw new TypeError('this route requires a sign-in')
        if (identity[ANSWER] === undefined) {
          const { id, username, name, strategy, sid, expiresAt } = identity
          identity[ANSWER] = reply.serialize(
            ok({ id, username, name, strategy, sid, expiresAt, service, instance }),
          ) as string
        }
        setImmediate(send, reply, identity[ANSWER])
      },
    )
  },
  { name: '@signet/me', fastify: '5.x', dependencies: ['@signet/authentication'] },
)

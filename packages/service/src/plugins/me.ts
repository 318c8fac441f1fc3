import type { Identity } from '@signet/auth/verifier'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { failures, ok, Success } from '../envelope.js'
import { instanceName } from '../instance.js'

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

/** `GET /api/me`: whom this service takes the caller for. No database, no other service: it is all in the token. */
export const me = fastifyPlugin<{ readonly service: string }>(
  async (app, { service }) => {
    const instance = instanceName(service)
    /** What somebody is answered depends on nothing but the token, which is remembered as one identity: it is written once. */
    const answers = new WeakMap<Identity, string>()
    app.get(
      '/api/me',
      {
        config: { answersAtOnce: true },
        schema: { tags: ['sign-in'], summary: 'Who am I?', response: { 200: Success(Me), ...failures(401) } },
      },
      (request, reply) => {
        if (!request.identity) throw new TypeError('this route requires a sign-in')
        let answer = answers.get(request.identity)
        if (answer === undefined) {
          const { id, username, name, strategy, sid, expiresAt } = request.identity
          answer = reply.serialize(ok({ id, username, name, strategy, sid, expiresAt, service, instance })) as string
          answers.set(request.identity, answer)
        }
        reply.type('application/json; charset=utf-8').send(answer)
      },
    )
  },
  { name: '@signet/me', fastify: '5.x', dependencies: ['@signet/authentication'] },
)

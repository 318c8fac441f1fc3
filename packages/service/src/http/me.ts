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

/** `GET /api/me`: the authenticated user. It reads no database and calls no service: everything is in the token. */
export const me = fastifyPlugin<{ readonly service: string }>(
  async (app, { service }) => {
    const instance = instanceName(service)
    app.get(
      '/api/me',
      {
        config: { timeLimit: false },
        schema: {
          tags: ['sign-in'],
          operationId: 'getMe',
          summary: 'Who am I?',
          response: { 200: Success(Me), ...failures(401) },
        },
      },
      async ({ identity }) => {
        if (!identity) throw new TypeError('this route requires an authenticated user')
        const { id, username, name, strategy, sid, expiresAt } = identity
        return ok({ id, username, name, strategy, sid, expiresAt, service, instance })
      },
    )
  },
  { name: '@signet/me', fastify: '5.x', dependencies: ['@signet/authentication'] },
)

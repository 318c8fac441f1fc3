import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import { instanceName } from '../observability/metrics.js'
import { apiRoute, ok } from './api-route.js'

const Me = Type.Object({
  id: Type.String(),
  username: Type.String(),
  name: Type.String(),
  strategy: Type.String({ description: 'Session strategy' }),
  sid: Type.String({ description: 'Session id' }),
  expiresAt: Type.String({ description: 'Expiry of the token or session, ISO 8601 UTC' }),
  service: Type.String(),
  instance: Type.String({ description: 'The process that responded' }),
})

/** Adds `GET /api/me`: the authenticated user, from the token alone. Uses no database and no other service. */
export const me = fastifyPlugin<{ readonly service: string }>(
  async (app, { service }) => {
    const instance = instanceName(service)
    const description = apiRoute('sign-in', 'getMe', 'Who am I?', { timeLimit: false, data: Me, failed: [401] })
    app.get('/api/me', description, async ({ identity }) => {
      if (!identity) throw new TypeError('this route requires an authenticated user')
      const { id, username, name, strategy, sid, expiresAt } = identity
      return ok({ id, username, name, strategy, sid, expiresAt, service, instance })
    })
  },
  { name: '@signet/me', dependencies: ['@signet/authentication'] },
)

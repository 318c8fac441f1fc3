import { ButtonLink, FORM_USER_FIELD, FreeText, Page } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The form contains a username and password, so it is independent of the session. */
    formOfAnyUser?: true
  }
}

/**
 * Refuses a form that was rendered for another user than the authenticated one. Runs before validation for every page that
 * accepts `POST`. A new session of the same user passes. A request without the field passes too: pages always send it (a test
 * checks that), but a program may fill in only the visible fields.
 *
 * Does *not* protect from other sites, which can set any user in a form: see `sameOrigin`.
 */
export const formUser = fastifyPlugin(
  async (app) => {
    app.addHook('preValidation', function refuseFormOfOtherUser(request, reply, done) {
      const { method, identity } = request
      if (method !== 'POST' || !identity) return done()
      const { page, formOfAnyUser } = request.routeOptions.config
      if (!page || formOfAnyUser) return done()
      const { [FORM_USER_FIELD]: userId } = (request.body ?? {}) as Record<string, unknown>
      if (userId === undefined || userId === identity.id) return done()
      const name = <FreeText text={identity.name} fallback={identity.username} />
      request.log.info('form of another user refused')
      return reply.code(409).page(
        <Page {...request.pageFrame()} title="This page was opened for another user">
          <p>
            Nothing was changed. You are signed in as <strong>{name}</strong> now.
          </p>
          <p class="actions">
            <ButtonLink href="/">Continue as {name}</ButtonLink>
          </p>
        </Page>,
      )
    })
  },
  { name: '@signet/form-user', dependencies: ['@signet/authentication', '@signet/pages'] },
)

import { ButtonLink, FORM_USER_FIELD, Page } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The form itself says who the user is, by a username and a password: it may be sent whoever is signed in. */
    formOfAnyUser?: true
  }
}

/**
 * Refuses a form that was rendered for another user than the one who is signed in now. It runs for every page that takes a
 * `POST`, before the form is validated. A new session of the same user passes. So does a request without the field: no page
 * of ours sends one, which a test holds, but a program that fills in the form's own fields may.
 *
 * Does *not* protect from other sites, which can write any user into a form: see `sameOrigin`.
 */
export const formUser = fastifyPlugin(
  async (app) => {
    app.addHook('preValidation', async function refuseFormOfOtherUser(request, reply) {
      const { page, formOfAnyUser } = request.routeOptions.config
      const { identity } = request
      if (request.method !== 'POST' || !page || formOfAnyUser || !identity) return
      const { [FORM_USER_FIELD]: userId } = (request.body ?? {}) as Record<string, unknown>
      if (userId === undefined || userId === identity.id) return
      request.log.info('form of another user refused')
      return reply.code(409).page(
        <Page {...request.pageFrame()} title="This page was opened for another user">
          <p>
            Nothing was changed. You are signed in as <strong>{identity.name}</strong> now.
          </p>
          <p class="actions">
            <ButtonLink href="/">Continue as {identity.name}</ButtonLink>
          </p>
        </Page>,
      )
    })
  },
  { name: '@signet/form-user', fastify: '5.x', dependencies: ['@signet/authentication', '@signet/pages'] },
)

import { ButtonLink, FORM_USER_FIELD, Page } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The form itself says who the user is, by a username and a password: it may be sent whoever is signed in. */
    formOfAnyUser?: true
  }
}

/**
 * Refuses a form that was rendered for another user than the one who is signed in now. It runs for every page that takes a
 * `POST`, before the form is validated. A new session of the same user passes. A browser's form that names no user is
 * refused too, so that no page can forget the field. A client that is not a browser shows no pages and may leave it out.
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
      if (userId === identity.id || (userId === undefined && !isBrowser(request))) return
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

/** Browsers send at least one of these with every form that is posted. */
const isBrowser = ({ headers }: FastifyRequest): boolean =>
  headers['sec-fetch-site'] !== undefined || headers.origin !== undefined

import { Button, Form, Page } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'
import { failure } from '../http/envelope.js'

/** Far above what both apps set, and below what Node.js refuses before a page can be shown. */
const COOKIE_LIMIT_BYTES = 16_384
const TITLE = 'Your browser sends too many cookies'
const SENTENCE = 'The cookies of this request are too long. Delete the cookies of this site, and sign in again.'

/**
 * Refuses a request with too many cookies (431, RFC 6585), on a page that can delete them. Without it a user could not
 * reach any page again: a browser sends the cookies with every request, and other hosts under the same parent domain can
 * set some.
 */
export const cookieLimit = fastifyPlugin(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { auth, page } = request.routeOptions.config
      if (auth === 'none' || (request.headers.cookie ?? '').length <= COOKIE_LIMIT_BYTES) return done()
      reply.code(431)
      if (!page) return reply.send(failure(SENTENCE, 'invalid_request'))
      return reply.page(
        <Page {...request.pageFrame()} title={TITLE} eyebrow="Error 431" lead={SENTENCE}>
          <Form action="/cookies/delete" label="Delete cookies">
            <Button>Delete the cookies of this site</Button>
          </Form>
        </Page>,
      )
    })
    app.post('/cookies/delete', { config: { auth: 'none', page: true }, schema: { hide: true } }, (_request, reply) =>
      // Every cookie of the parent domain, whatever its path: by name the server could not clear them all.
      reply.header('clear-site-data', '"cookies"').redirect('/', 303),
    )
  },
  { name: '@signet/cookie-limit', fastify: '5.x', dependencies: ['@signet/pages'] },
)

import { Button, Form, Page } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'
import { failure } from '../http/api-route.js'
import { pageRoute } from './pages.js'

/** Far above the cookies of both apps, and below the limit of Node.js, which responds without a page. */
const COOKIE_LIMIT_BYTES = 16_384
const TITLE = 'Your browser sends too many cookies'
const SENTENCE = 'The cookies of this request are too long. Delete the cookies of this site, and sign in again.'

/**
 * Refuses a request with too many cookies (431, RFC 6585) with a page that can delete them. Otherwise the user could not reach
 * any page again: the browser sends them with every request, and sibling hosts can set them too.
 */
export const cookieLimit = fastifyPlugin(
  async (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      if ((request.headers.cookie ?? '').length <= COOKIE_LIMIT_BYTES) return done()
      const { auth, page } = request.routeOptions.config
      if (auth === 'none') return done()
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
    app.post('/cookies/delete', pageRoute({ auth: 'none' }), (_request, reply) =>
      // Deletes every cookie of the parent domain. The server does not know their names and paths.
      reply.header('clear-site-data', '"cookies"').redirect('/', 303),
    )
  },
  { name: '@signet/cookie-limit', dependencies: ['@signet/pages'] },
)

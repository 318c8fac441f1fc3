import swagger from '@fastify/swagger'
import { ApiDocs, assetUrl, Page } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'

export interface ApiDocsOptions {
  readonly title: string
  readonly description: string
  readonly version: string
  /** This service's public origin. */
  readonly origin: string
  /** The name of the cookie that holds the token. */
  readonly tokenCookie: string
}

/** The JSON API as OpenAPI 3.1 (`/openapi.json`), made from the routes' own schemas, and as a page (`/docs`). */
export const apiDocs = fastifyPlugin<ApiDocsOptions>(
  async (app, { title, description, version, origin, tokenCookie }) => {
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title, description, version },
        servers: [{ url: origin }],
        components: {
          securitySchemes: {
            cookie: { type: 'apiKey', in: 'cookie', name: tokenCookie },
            bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          },
        },
      },
    })
    const scripts = [assetUrl('api-docs.js')]
    app.get('/openapi.json', { config: { auth: 'none' }, schema: { hide: true } }, async () => app.swagger())
    app.get('/docs', { config: { auth: 'optional', page: true }, schema: { hide: true } }, async (request, reply) => {
      const frame = request.pageFrame()
      return reply.page(
        <Page {...frame} assets={{ ...frame.assets, scripts }} title="API" lead={description}>
          <p>
            The same as <a href="/openapi.json">OpenAPI 3.1</a>.
          </p>
          <ApiDocs document={app.swagger()} origin={origin} />
        </Page>,
      )
    })
  },
  { name: '@signet/api-docs', fastify: '5.x', dependencies: ['@signet/pages'] },
)

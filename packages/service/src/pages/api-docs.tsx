import swagger from '@fastify/swagger'
import type { AuthRequirement } from '@signet/auth/verifier'
import { ApiDocs, assetUrl, Page } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'
import type { OpenAPIV3_1 } from 'openapi-types'
import { failures } from '../http/api-route.js'
import { pageRoute } from './pages.js'

export interface ApiDocsOptions {
  readonly title: string
  readonly description: string
  readonly version: string
  /** This service's public origin. */
  readonly origin: string
  /** The name of the cookie that holds the token. */
  readonly tokenCookie: string
}

declare module 'fastify' {
  interface FastifyInstance {
    /** OpenAPI security schemes by name. A feature may add its own, for the `security` of its routes. */
    readonly apiSecuritySchemes: Record<string, OpenAPIV3_1.SecuritySchemeObject>
  }
}

const BY_TOKEN = [{ cookie: [] }, { bearer: [] }]

/** Security of an operation by its route's requirement. An empty object makes authentication optional. */
const SECURITY: Readonly<Record<AuthRequirement, readonly Record<string, string[]>[]>> = {
  required: BY_TOKEN,
  optional: [...BY_TOKEN, {}],
  'allow-expired': [...BY_TOKEN, {}],
  none: [],
}

/** Serves the OpenAPI 3.1 description of the JSON API (`/openapi.json`), from the routes' schemas, and a page (`/docs`). */
export const apiDocs = fastifyPlugin<ApiDocsOptions>(
  async (app, { title, description, version, origin, tokenCookie }) => {
    const securitySchemes: Record<string, OpenAPIV3_1.SecuritySchemeObject> = {
      cookie: { type: 'apiKey', in: 'cookie', name: tokenCookie, description: 'What a browser sends.' },
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Wins over the cookie.' },
    }
    app.decorate('apiSecuritySchemes', securitySchemes)
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title, description, version, license: { name: 'MIT', identifier: 'MIT' } },
        servers: [{ url: origin, description: 'This installation' }],
        components: { securitySchemes },
      },
      transform: ({ schema, url, route: { config } }) => {
        const response = { ...(schema?.response as object), ...(config?.anyHost ? {} : failures(421)) }
        return {
          schema: { ...schema, response, security: schema?.security ?? SECURITY[config?.auth ?? 'required'] },
          url,
        }
      },
    })
    app.get('/openapi.json', { config: { auth: 'none' }, schema: { hide: true } }, async () => app.swagger())
    app.get('/docs', pageRoute({ auth: 'optional' }), async (request, reply) => {
      return reply.page(
        <Page {...request.pageFrame()} scripts={[assetUrl('api-docs.js')]} title="API" lead={description}>
          <p>
            The same as <a href="/openapi.json">OpenAPI 3.1</a>.
          </p>
          <ApiDocs document={app.swagger()} origin={origin} />
        </Page>,
      )
    })
  },
  { name: '@signet/api-docs', dependencies: ['@signet/pages'] },
)

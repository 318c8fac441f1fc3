import { type CookieScope, defineCookie, readCookie, safeReturnTo } from '@signet/auth/verifier'
import type { Theme } from '@signet/ui'
import fastifyPlugin from 'fastify-plugin'
import Type from 'typebox'
import type { App } from '../http/server.js'
import { pageRoute } from './pages.js'

declare module 'fastify' {
  interface FastifyRequest {
    readonly theme: Theme
  }
}

export interface ThemeOptions {
  readonly cookieScope: CookieScope
  /** This service's public origin. */
  readonly origin: string
}

const ONE_YEAR_SECONDS = 31_536_000
const ThemeForm = Type.Object({
  theme: Type.Union([Type.Literal('auto'), Type.Literal('light'), Type.Literal('dark')]),
  return_to: Type.Optional(Type.String()),
})
const isTheme = (value: string): value is Theme => value === 'auto' || value === 'light' || value === 'dark'

/** Stores the theme (light, dark or the system's) in a cookie that both apps read. Works without JavaScript. */
export const theme = fastifyPlugin(
  async (app: App, { cookieScope, origin }: ThemeOptions) => {
    const cookie = defineCookie('theme', cookieScope)
    // Read lazily: most requests render no page.
    app.decorateRequest('theme', {
      getter() {
        const { value } = readCookie(this.headers.cookie, cookie.name)
        return isTheme(value) ? value : 'auto'
      },
    })
    app.post('/theme', pageRoute({ auth: 'none', body: ThemeForm }), async (request, reply) => {
      cookie.set(reply, request.body.theme, ONE_YEAR_SECONDS)
      return reply.redirect(safeReturnTo(`${origin}${request.body.return_to ?? '/'}`, [origin], `${origin}/`), 303)
    })
  },
  { name: '@signet/theme' },
)

import type { FastifyReply, FastifyRequest } from 'fastify'

export interface SignInLinkOptions {
  readonly bankUrl: string
  /** This service's public origin. */
  readonly origin: string
}

/**
 * Returns a function that redirects an unauthenticated user to the bank's sign-in, which returns them to the requested URL.
 * After a POST that is the page of the form, according to `Referer`.
 *
 * `reason` is usually the error code. The sign-in page explains it.
 */
export function leadToSignIn({ bankUrl, origin }: SignInLinkOptions) {
  return (request: FastifyRequest, reply: FastifyReply, reason: string): FastifyReply => {
    const target = new URL('/sign-in', bankUrl)
    target.searchParams.set('return_to', comingBackTo(request, origin))
    if (reason !== 'token_missing') target.searchParams.set('reason', reason)
    return reply.redirect(target.href, 303)
  }
}

function comingBackTo(request: FastifyRequest, origin: string): string {
  if (request.method === 'GET' || request.method === 'HEAD') return origin + request.url
  const referer = request.headers.referer
  const page = new URL(referer !== undefined && URL.canParse(referer) ? referer : origin)
  return page.origin === origin ? withKeptFields(request, page).href : `${origin}/`
}

/** Adds the typed values and `unsaved=1` to the form's page, which then fills in the form again. */
function withKeptFields({ body, routeOptions: { config } }: FastifyRequest, page: URL): URL {
  if (config.keepFields === undefined || typeof body !== 'object' || body === null) return page
  page.searchParams.set('unsaved', '1')
  for (const name of config.keepFields) {
    const value: unknown = Reflect.get(body, name)
    // Omits longer values, because a truncated one could mean something else.
    if (typeof value === 'string' && value.length <= 256) page.searchParams.set(name, value)
  }
  return page
}

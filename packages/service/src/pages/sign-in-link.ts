import type { FastifyReply, FastifyRequest } from 'fastify'

export interface SignInLinkOptions {
  readonly bankUrl: string
  /** This service's public origin. */
  readonly origin: string
}

/**
 * Leads a person whom a page could not recognise to the bank's sign-in, which brings them back to the very URL they
 * asked for. After a POST that is the page the form stood on, as far as the browser tells it.
 *
 * `reason` is why, as a rule the code of the refusal: the sign-in page says it in words.
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

/** The page that the form stood on, told that nothing was saved and what had been typed: it fills the form in again. */
function withKeptFields({ body, routeOptions: { config } }: FastifyRequest, page: URL): URL {
  if (config.keepFields === undefined || typeof body !== 'object' || body === null) return page
  page.searchParams.set('unsaved', '1')
  for (const name of config.keepFields) {
    const value: unknown = Reflect.get(body, name)
    // A longer value is left out: a part of it could mean something else.
    if (typeof value === 'string' && value.length <= 256) page.searchParams.set(name, value)
  }
  return page
}

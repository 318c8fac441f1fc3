import { readCookie } from '@signet/auth/verifier'
import { instanceName } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Asked, SIGN_IN_COOKIES, type TraceEvent } from './event.js'

export interface TracedService {
  readonly service: 'bank' | 'retirement'
  readonly bankUrl: string
  readonly retirementUrl: string
  /** First part of every cookie name. */
  readonly cookiePrefix: string
}

type CookieName = (typeof SIGN_IN_COOKIES)[number]

/** Prefixes of cookie names; the last two are used over https. */
const NAME_PREFIXES = ['', '__Secure-', '__Host-']
const MAX_WORD = 80
const MAX_ASKED = 16

/** Builds the event of a request once its response is known. */
export function traceRequest(
  { service, bankUrl, retirementUrl, cookiePrefix }: TracedService,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: readonly Asked[],
  at: number,
): TraceEvent {
  const { identity, authError, sessionLookup } = request
  const answer = identity ? 'found' : 'not found'
  // A lookup in this process's own memory is not a call.
  const store: Asked[] =
    sessionLookup?.strategy === 'shared-session'
      ? [{ whom: 'store', what: 'get session', answer, ms: sessionLookup.durationMs }]
      : []
  const code = authError?.reason ?? authError?.code
  const leadsTo = leadsToOf(reply, { bank: bankUrl, retirement: retirementUrl }, service)
  return {
    at,
    ms: Date.now() - at,
    service,
    instance: instanceName(service),
    kind: 'request',
    method: request.method,
    path: request.is404 ? '(unknown path)' : (request.routeOptions.url ?? '/').slice(0, MAX_WORD),
    cookies: SIGN_IN_COOKIES.filter((name) =>
      NAME_PREFIXES.some((prefix) => readCookie(request.headers.cookie, `${prefix}${cookiePrefix}_${name}`).count > 0),
    ),
    ...(identity ? { strategy: identity.strategy } : {}),
    ...(code === undefined ? {} : { code }),
    asked: [...store, ...asked].slice(0, MAX_ASKED).map((one) => ({
      ...one,
      what: one.what.slice(0, MAX_WORD),
      answer: one.answer.slice(0, MAX_WORD),
    })),
    status: reply.statusCode,
    ...changedCookies(reply, cookiePrefix),
    ...(leadsTo ? { leadsTo } : {}),
  }
}

function changedCookies(reply: FastifyReply, cookiePrefix: string): Pick<TraceEvent, 'set' | 'cleared'> {
  const header = reply.getHeader('set-cookie')
  const set = new Set<CookieName>()
  const cleared = new Set<CookieName>()
  for (const line of Array.isArray(header) ? header : [String(header ?? '')]) {
    const name = SIGN_IN_COOKIES.find((known) =>
      NAME_PREFIXES.some((prefix) => line.startsWith(`${prefix}${cookiePrefix}_${known}=`)),
    )
    if (name === undefined) continue
    const target = line.includes('Max-Age=0;') || line.endsWith('Max-Age=0') ? cleared : set
    target.add(name)
  }
  // A login may clear a cookie and set it in the same response: it counts as set.
  return { set: [...set], cleared: [...cleared].filter((name) => !set.has(name)) }
}

function leadsToOf(reply: FastifyReply, urls: { bank: string; retirement: string }, own: 'bank' | 'retirement') {
  const location = reply.getHeader('location')
  if (typeof location !== 'string' || !URL.canParse(location, urls[own])) return undefined
  const { origin, pathname } = new URL(location, urls[own])
  const app = origin === urls.bank ? 'bank' : origin === urls.retirement ? 'retirement' : 'elsewhere'
  return { app, path: pathname.slice(0, MAX_WORD) } as const
}

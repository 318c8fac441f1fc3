import { readCookie } from '@signet/auth/verifier'
import { type CommonConfig, instanceName } from '@signet/service'
import type { FastifyReply } from 'fastify'
import { type Asked, SIGN_IN_COOKIES, type TraceEvent } from './event.js'

const MAX_WORD = 80
const MAX_ASKED = 16

/** Builds the event of a request once its response is known. */
export function traceRequest(service: TraceEvent['service'], config: CommonConfig, reply: FastifyReply): TraceEvent {
  const { request } = reply
  const { identity, authError, sessionLookup, askedDuringTour: asked = [] } = request
  // A lookup in this process's own memory is not a call.
  const store: Asked[] =
    sessionLookup?.strategy === 'shared-session'
      ? [{ whom: 'store', what: 'get session', answer: identity ? 'found' : 'not found', ms: sessionLookup.durationMs }]
      : []
  const code = authError?.reason ?? authError?.code
  const cookiePrefix = config.COOKIE_PREFIX
  const leadsTo = leadsToOf(reply, { bank: config.BANK_URL, retirement: config.RETIREMENT_URL }[service], config)
  return {
    at: request.receivedAtMs,
    ms: Math.round(reply.elapsedTime),
    service,
    instance: instanceName(service),
    kind: 'request',
    method: request.method,
    path: request.is404 ? '(unknown path)' : (request.routeOptions.url ?? '/').slice(0, MAX_WORD),
    cookies: SIGN_IN_COOKIES.filter((name) =>
      fullNames(cookiePrefix, name).some((full) => readCookie(request.headers.cookie, full).count > 0),
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

/** Returns the full names that a cookie can have; the last two are used over https. */
const fullNames = (prefix: string, name: string): string[] =>
  ['', '__Secure-', '__Host-'].map((attributes) => `${attributes}${prefix}_${name}`)

/** A login may clear a cookie and set it in the same response: it counts as set. */
function changedCookies(reply: FastifyReply, cookiePrefix: string): Pick<TraceEvent, 'set' | 'cleared'> {
  const lines = [reply.getHeader('set-cookie') ?? []].flat().map(String)
  const changes = SIGN_IN_COOKIES.flatMap((name) => {
    const own = lines.filter((line) => fullNames(cookiePrefix, name).some((full) => line.startsWith(`${full}=`)))
    return own.length > 0 ? [{ name, isSet: own.some((line) => !/Max-Age=0(;|$)/.test(line)) }] : []
  })
  const named = (isSet: boolean) => changes.filter((change) => change.isSet === isSet).map(({ name }) => name)
  return { set: named(true), cleared: named(false) }
}

function leadsToOf(reply: FastifyReply, ownUrl: string, { BANK_URL, RETIREMENT_URL }: CommonConfig) {
  const location = reply.getHeader('location')
  if (typeof location !== 'string' || !URL.canParse(location, ownUrl)) return undefined
  const { origin, pathname } = new URL(location, ownUrl)
  const app = origin === BANK_URL ? 'bank' : origin === RETIREMENT_URL ? 'retirement' : 'elsewhere'
  return { app, path: pathname.slice(0, MAX_WORD) } as const
}

import { readCookie } from '@signet/auth/verifier'
import { type CommonConfig, instanceName } from '@signet/service'
import { Ajv } from 'ajv'
import type { FastifyReply } from 'fastify'
import Type, { type Static } from 'typebox'
import type { Verdict } from '../ask.js'

/** Names of the session cookies without their prefix. Other cookies are not recorded. */
const SIGN_IN_COOKIES = ['token', 'refresh', 'session', 'shared_session'] as const

const MAX_WORD = 80
const MAX_ASKED = 16
const Word = Type.String({ maxLength: MAX_WORD })
const Names = Type.Array(Type.Enum([...SIGN_IN_COOKIES]), { maxItems: 8 })

/** A call to another service, to the store or to the service's own verifier during one request. */
const Asked = Type.Object({
  whom: Type.Enum(['bank', 'retirement', 'store']),
  what: Word,
  /** The outcome: a status or a code. */
  answer: Word,
  ms: Type.Optional(Type.Number()),
})

/**
 * One request of a user on the tour. It contains names of cookies but never their values, route patterns but no
 * addresses, and nothing that the user typed.
 */
const TraceEvent = Type.Object(
  {
    /** Arrival, in milliseconds since 1970. */
    at: Type.Number(),
    ms: Type.Number(),
    service: Type.Enum(['bank', 'retirement']),
    instance: Type.String({ maxLength: 300 }),
    /** `probe`: sent by the service itself, with copied or made-up credentials. */
    kind: Type.Enum(['request', 'probe']),
    /** Who sent it, if not the browser. */
    by: Type.Optional(Type.Enum(['thief', 'user'])),
    method: Word,
    path: Word,
    cookies: Names,
    /** The strategy that authenticated the request. */
    strategy: Type.Optional(Word),
    /** Why the request was not authenticated. */
    code: Type.Optional(Word),
    asked: Type.Array(Asked, { maxItems: MAX_ASKED }),
    status: Type.Integer(),
    set: Names,
    cleared: Names,
    /** Target of a redirect. */
    leadsTo: Type.Optional(Type.Object({ app: Type.Enum(['bank', 'retirement', 'elsewhere']), path: Word })),
  },
  { additionalProperties: false },
)
export type TraceEvent = Static<typeof TraceEvent>
export type Asked = Static<typeof Asked>

/** Checks a value from the store, which other programs may have written. */
export const isTraceEvent = new Ajv({ validateSchema: false }).compile<TraceEvent>(TraceEvent)

/** Returns the event of a request that a service sent itself, from its verdict if it responded. */
export const probeEvent = (
  probe: Pick<TraceEvent, 'at' | 'ms' | 'service' | 'by' | 'method' | 'path' | 'cookies' | 'status'>,
  { code, instance }: Pick<Verdict, 'code' | 'instance'> = { code: null, instance: '' },
): TraceEvent => ({
  ...probe,
  instance: '',
  kind: 'probe',
  ...(instance === '' ? {} : { strategy: 'jwt' }),
  ...(code === null ? {} : { code }),
  asked: [],
  set: [],
  cleared: [],
})

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
  const linesOf = (name: string) =>
    lines.filter((line) => fullNames(cookiePrefix, name).some((full) => line.startsWith(`${full}=`)))
  const isSet = (name: string) => linesOf(name).some((line) => !/Max-Age=0(;|$)/.test(line))
  const changed = SIGN_IN_COOKIES.filter((name) => linesOf(name).length > 0)
  return { set: changed.filter(isSet), cleared: changed.filter((name) => !isSet(name)) }
}

function leadsToOf(reply: FastifyReply, ownUrl: string, { BANK_URL, RETIREMENT_URL }: CommonConfig) {
  const location = reply.getHeader('location')
  if (typeof location !== 'string' || !URL.canParse(location, ownUrl)) return undefined
  const { origin, pathname } = new URL(location, ownUrl)
  const app = origin === BANK_URL ? 'bank' : origin === RETIREMENT_URL ? 'retirement' : 'elsewhere'
  return { app, path: pathname.slice(0, MAX_WORD) } as const
}

import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'
import type { Verdict } from '../ask.js'

/** Names of the session cookies without their prefix. Other cookies are not recorded. */
export const SIGN_IN_COOKIES = ['token', 'refresh', 'session', 'shared_session'] as const

const Word = Type.String({ maxLength: 80 })
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
export const TraceEvent = Type.Object(
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
    asked: Type.Array(Asked, { maxItems: 16 }),
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

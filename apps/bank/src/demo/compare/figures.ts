import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'

/** A service's response: 200 when it authenticated the request, otherwise the refusal. Null when it did not respond. */
export const Said = Type.Union([
  Type.Object({
    status: Type.Integer(),
    code: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    instance: Type.Union([Type.String({ maxLength: 128 }), Type.Null()]),
  }),
  Type.Null(),
])
export type Said = Static<typeof Said>

const Ms = Type.Number({ minimum: 0 })
/** Null when the service never accepted the cookie, or did not refuse it in time. */
const MaybeMs = Type.Union([Ms, Type.Null()])

/** The figures of one approach. They contain no personal data: no cookie, no token, no id. */
export const Figures = Type.Object({
  strategy: Type.Enum(['jwt', 'session', 'shared-session']),
  /** Name and value, as a browser sends them. */
  cookieBytes: Type.Integer({ minimum: 0 }),
  /** Number of timed requests that looked up a session, by place. */
  lookups: Type.Object({ memory: Type.Integer(), store: Type.Integer() }),
  /** Medians over the timed requests, in milliseconds, from `Server-Timing`. */
  authenticationMs: Ms,
  lookupMs: MaybeMs,
  here: Said,
  sibling: Said,
  /** Response of a second authentication plugin with an empty memory. */
  afterRestart: Said,
  /** Response of a second authentication plugin whose shared store is at a closed port. */
  storeDown: Said,
  refusedHereMs: MaybeMs,
  refusedAtSiblingMs: MaybeMs,
  /** Processes that answered requests on separate connections. A refusal does not name its process. */
  landed: Type.Array(
    Type.Object({
      service: Type.Enum(['bank', 'retirement']),
      requests: Type.Integer(),
      known: Type.Integer(),
      instances: Type.Array(Type.String({ maxLength: 128 }), { maxItems: 64 }),
    }),
    { maxItems: 2 },
  ),
})
export type Figures = Static<typeof Figures>

export const Measurement = Type.Object({
  atMs: Type.Integer(),
  tookMs: Ms,
  instance: Type.String({ maxLength: 128 }),
  store: Type.Enum(['redis', 'postgresql']),
  timedRequests: Type.Integer({ minimum: 1 }),
  requests: Type.Integer({ minimum: 1 }),
  approaches: Type.Array(Figures, { minItems: 1, maxItems: 3 }),
})
export type Measurement = Static<typeof Measurement>

/** Checks a value from the store, which other programs may have written. */
export const isMeasurement = new Ajv({ validateSchema: false }).compile<Measurement>(Measurement)

import { Ajv } from 'ajv'
import Type, { type Static, type TSchema } from 'typebox'

const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const Instance = Type.String({ maxLength: 128 })
const Ms = Type.Number({ minimum: 0 })

/** A service's response: 200 when it authenticated the request, otherwise the refusal. Null when it did not respond. */
const Said = orNull(Type.Object({ status: Type.Integer(), code: orNull(Type.String({ maxLength: 64 })) }))
export type Said = Static<typeof Said>

/** Requests on separate connections, and the processes that accepted them. A refusal does not name its process. */
const Landed = Type.Object({
  requests: Type.Integer(),
  known: Type.Integer(),
  instances: Type.Array(Instance, { maxItems: 64 }),
})
export type Landed = Static<typeof Landed>

/** The figures of one approach. They contain no personal data: no cookie, no token, no id. */
const Figures = Type.Object({
  strategy: Type.Enum(['jwt', 'session', 'shared-session']),
  /** Name and value, as a browser sends them. */
  cookieBytes: Type.Integer({ minimum: 0 }),
  /** Number of timed requests that looked up a session, by place. */
  lookups: Type.Object({ memory: Type.Integer(), store: Type.Integer() }),
  /** Medians over the timed requests, in milliseconds, from `Server-Timing`. */
  authenticationMs: Ms,
  lookupMs: orNull(Ms),
  here: Said,
  sibling: Said,
  /** Response of a second authentication plugin with an empty memory. */
  afterRestart: Said,
  /** Response of a second authentication plugin whose shared store is at a closed port. */
  storeDown: Said,
  /** Null when the service never accepted the cookie, or did not refuse it in time. */
  refusedMs: Type.Object({ here: orNull(Ms), sibling: orNull(Ms) }),
  landed: Type.Object({ bank: Landed, retirement: Landed }),
})
export type Figures = Static<typeof Figures>

const Measurement = Type.Object({
  atMs: Type.Integer(),
  tookMs: Ms,
  instance: Instance,
  store: Type.Enum(['redis', 'postgresql']),
  timedRequests: Type.Integer({ minimum: 1 }),
  requests: Type.Integer({ minimum: 1 }),
  approaches: Type.Array(Figures, { minItems: 1, maxItems: 3 }),
})
export type Measurement = Static<typeof Measurement>

/** Checks a value from the store, which other programs may have written. */
export const isMeasurement = new Ajv({ validateSchema: false }).compile<Measurement>(Measurement)

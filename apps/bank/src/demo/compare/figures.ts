import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'

/** What a service said to a request: 200 where it knew the person, else the refusal. Null where nobody answered. */
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
/** Null where the service never knew the person, so that it had nothing to refuse, or went on knowing them. */
const MaybeMs = Type.Union([Ms, Type.Null()])

/** What was measured of one approach. Nothing here remembers anybody: no cookie, no token, no id. */
export const Figures = Type.Object({
  strategy: Type.Union([Type.Literal('jwt'), Type.Literal('session'), Type.Literal('shared-session')]),
  /** Name and value, as a browser sends them with each request. */
  cookieBytes: Type.Integer({ minimum: 0 }),
  /** How many of the timed requests made the service look a session up, and where. */
  lookups: Type.Object({ memory: Type.Integer(), store: Type.Integer() }),
  /** Medians over the timed requests, from `Server-Timing`. */
  authenticationMs: Ms,
  lookupMs: MaybeMs,
  here: Said,
  sibling: Said,
  /** By a copy of this service's recognition with nothing in memory. */
  afterRestart: Said,
  /** By a copy whose shared store is at a port where nobody listens. */
  storeDown: Said,
  refusedHereMs: MaybeMs,
  refusedAtSiblingMs: MaybeMs,
  /** Where requests on connections of their own landed. A refusal does not say which process it came from. */
  landed: Type.Array(
    Type.Object({
      service: Type.Union([Type.Literal('bank'), Type.Literal('retirement')]),
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
  store: Type.Union([Type.Literal('redis'), Type.Literal('postgresql')]),
  timedRequests: Type.Integer({ minimum: 1 }),
  requests: Type.Integer({ minimum: 1 }),
  approaches: Type.Array(Figures, { minItems: 1, maxItems: 3 }),
})
export type Measurement = Static<typeof Measurement>

/** What a store gave back: anything but a measurement is none. */
export const isMeasurement = new Ajv({ validateSchema: false }).compile<Measurement>(Measurement)

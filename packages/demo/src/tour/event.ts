import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'

/** The cookies that sign a user in, by what follows the prefix in their names. Of these alone, names are recorded. */
export const SIGN_IN_COOKIES = ['token', 'refresh', 'session', 'shared_session'] as const

const Word = Type.String({ maxLength: 80 })
const Names = Type.Array(Type.Enum([...SIGN_IN_COOKIES]), { maxItems: 8 })

/** What a service asked somebody else, or its own verifier, for one request. */
const Asked = Type.Object({
  whom: Type.Enum(['bank', 'retirement', 'store']),
  what: Word,
  /** How it was answered: a status, a code. */
  answer: Word,
  ms: Type.Optional(Type.Number()),
})

/**
 * What happened to one request of somebody on the tour. Names of cookies and never their values, addresses as their
 * patterns, nothing that was typed.
 */
export const TraceEvent = Type.Object(
  {
    /** When it arrived, milliseconds since 1970. */
    at: Type.Number(),
    ms: Type.Number(),
    service: Type.Enum(['bank', 'retirement']),
    instance: Type.String({ maxLength: 300 }),
    /** `probe`: not the browser's request; the service tried a copy of a token after a sign-out. */
    kind: Type.Enum(['request', 'probe']),
    method: Word,
    path: Word,
    cookies: Names,
    /** How the person was recognised. */
    strategy: Type.Optional(Word),
    /** Why they were not. */
    code: Type.Optional(Word),
    asked: Type.Array(Asked, { maxItems: 16 }),
    status: Type.Integer(),
    set: Names,
    cleared: Names,
    /** Which app a redirect leads to, and the path there. */
    leadsTo: Type.Optional(Type.Object({ app: Type.Enum(['bank', 'retirement', 'elsewhere']), path: Word })),
  },
  { additionalProperties: false },
)
export type TraceEvent = Static<typeof TraceEvent>
export type Asked = Static<typeof Asked>

const hasShape = new Ajv({ validateSchema: false }).compile<TraceEvent>(TraceEvent)

/** What a store gave back: anything but an event of ours is none. */
export const isTraceEvent = (value: unknown): value is TraceEvent => hasShape(value)

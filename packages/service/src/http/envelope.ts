import { STATUS_CODES } from 'node:http'
import Type, { type TSchema } from 'typebox'

/** What the description of the API says of an answer, beside what it says of the answer's body. */
const described = (sentence: string) => ({ 'x-response-description': sentence })

/** Every JSON answer is one of two envelopes. */
export const Success = <T extends TSchema>(data: T) =>
  Type.Object({ status: Type.Literal('ok'), data }, described('Success'))

const failureWith = (status: number) =>
  Type.Object(
    {
      status: Type.Literal('error'),
      error: Type.String({ description: 'A sentence for people' }),
      code: Type.String({ description: 'Stable, for programs' }),
    },
    described(STATUS_CODES[status] ?? 'Failure'),
  )

type Failure = ReturnType<typeof failureWith>

export const ok = <T>(data: T): { status: 'ok'; data: T } => ({ status: 'ok', data })

export const failure = (error: string, code: string) => ({ status: 'error' as const, error, code })

/** The documented failures of a route: `responses(400, 401)`. */
export const failures = <const S extends number>(...statuses: readonly S[]): Record<S, Failure> =>
  Object.fromEntries(statuses.map((status) => [status, failureWith(status)])) as Record<S, Failure>

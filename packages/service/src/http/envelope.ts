import { STATUS_CODES } from 'node:http'
import Type, { type TSchema } from 'typebox'

/** Adds the description of a response to its schema. */
const described = (sentence: string) => ({ 'x-response-description': sentence })

/** Returns the schema of a success response. Every JSON response is a success or a failure. */
export const Success = <T extends TSchema>(data: T) =>
  Type.Object({ status: Type.Literal('ok'), data }, described('Success'))

const failureWith = (status: number) =>
  Type.Object(
    {
      status: Type.Literal('error'),
      error: Type.String({ description: 'A sentence for users' }),
      code: Type.String({ description: 'A stable code for programs' }),
    },
    described(STATUS_CODES[status] ?? 'Failure'),
  )

type Failure = ReturnType<typeof failureWith>

export const ok = <T>(data: T): { status: 'ok'; data: T } => ({ status: 'ok', data })

export const failure = (error: string, code: string) => ({ status: 'error' as const, error, code })

/** Returns the failure schemas of a route: `failures(400, 401)`. */
export const failures = <const S extends number>(...statuses: readonly S[]): Record<S, Failure> =>
  Object.fromEntries(statuses.map((status) => [status, failureWith(status)])) as Record<S, Failure>

/** This format, for routes of packages that have none. */
export const answers = { ok, success: Success, failures }

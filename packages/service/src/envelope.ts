import Type, { type TSchema } from 'typebox'

/** Every JSON answer is one of two envelopes. */
export const Success = <T extends TSchema>(data: T) => Type.Object({ status: Type.Literal('ok'), data })

export const Failure = Type.Object({
  status: Type.Literal('error'),
  error: Type.String({ description: 'A sentence for people' }),
  code: Type.String({ description: 'Stable, for programs' }),
})

export const ok = <T>(data: T): { status: 'ok'; data: T } => ({ status: 'ok', data })

export const failure = (error: string, code: string) => ({ status: 'error' as const, error, code })

/** The documented failures of a route: `responses(400, 401)`. */
export const failures = <const S extends number>(...statuses: readonly S[]): Record<S, typeof Failure> =>
  Object.fromEntries(statuses.map((status) => [status, Failure])) as Record<S, typeof Failure>

import { STATUS_CODES } from 'node:http'
import type { FastifyContextConfig, FastifySchema } from 'fastify'
import Type, { type TSchema } from 'typebox'

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

interface Operation<Data, Status, Failed, Body, Params, Querystring> extends FastifyContextConfig {
  readonly description?: string
  /** Default: by the token, as `auth` says. */
  readonly security?: FastifySchema['security']
  readonly body?: Body
  readonly params?: Params
  readonly querystring?: Querystring
  readonly headers?: TSchema
  /** Status of a success. Default 200. */
  readonly status?: Status
  /** Schema of the data of a success. */
  readonly data: Data
  /** Statuses of failures. */
  readonly failed: readonly Failed[]
}

interface Described<Data extends TSchema, Status extends number, Failed extends number, Body, Params, Querystring> {
  body: Body
  params: Params
  querystring: Querystring
  response: Record<Status, ReturnType<typeof Success<Data>>> & ReturnType<typeof failures<Failed>>
}

/** Returns the options of a route of the JSON API: its config, the schemas of what it reads, and its description. */
export function apiRoute<
  Data extends TSchema,
  const Failed extends number,
  Body,
  Params,
  Querystring,
  const Status extends number = 200,
>(
  tag: string,
  operationId: string,
  summary: string,
  operation: Operation<Data, Status, Failed, Body, Params, Querystring>,
) {
  const { description, security, body, params, querystring, headers, status = 200, data, failed, ...config } = operation
  const response = { [status]: Success(data), ...failures(...failed) }
  const all = { tags: [tag], operationId, summary, description, security, body, params, querystring, headers, response }
  // Fastify warns of a schema that is undefined.
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return { config, schema: given as unknown as Described<Data, Status, Failed, Body, Params, Querystring> }
}

import type { FastifyContextConfig, FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'
import { failures, Success } from './envelope.js'

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

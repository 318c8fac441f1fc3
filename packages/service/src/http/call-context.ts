import type { FastifyRequest } from 'fastify'
import { traceOf, traceparentOf } from '../observability/trace-context.js'

/** What goes along with every call that is made for a request, at once or later: by it the calls are found in the logs. */
export interface CallContext {
  readonly requestId: string
  /** Null for what was ordered before traces were kept. */
  readonly traceparent: string | null
  readonly tracestate: string | null
}

/** The context of calls for this request: its id, and its trace with this service's span as the parent. */
export function callContext(request: FastifyRequest): CallContext {
  const trace = traceOf(request.raw)
  return { requestId: request.id, traceparent: traceparentOf(trace), tracestate: trace.state ?? null }
}

/** The headers of a call to another service. */
export function contextHeaders({ requestId, traceparent, tracestate }: CallContext): Record<string, string> {
  return {
    'x-request-id': requestId,
    ...(traceparent === null ? {} : { traceparent }),
    ...(tracestate === null ? {} : { tracestate }),
  }
}

/** The same for a log line that is written when the request is long over. */
export function contextFields({ requestId, traceparent }: CallContext): Record<string, string> {
  const [, traceId, spanId] = traceparent?.split('-') ?? []
  return { reqId: requestId, ...(traceId && spanId ? { traceId, spanId } : {}) }
}

import type { FastifyRequest } from 'fastify'
import { traceOf, traceparentOf } from '../observability/trace-context.js'

/** Context of every call to another service for a request, immediate or later. It connects the log lines of both services. */
export interface CallContext {
  readonly requestId: string
  /** Null for transfers from before traces were stored. */
  readonly traceparent: string | null
  readonly tracestate: string | null
}

/** Returns the context of calls for this request: its id, and its trace with this service's span as the parent. */
export function callContext(request: FastifyRequest): CallContext {
  const trace = traceOf(request.raw)
  return { requestId: request.id, traceparent: traceparentOf(trace), tracestate: trace.state ?? null }
}

/** Returns the headers of a call to another service. */
export function contextHeaders({ requestId, traceparent, tracestate }: CallContext): Record<string, string> {
  return {
    'x-request-id': requestId,
    ...(traceparent === null ? {} : { traceparent }),
    ...(tracestate === null ? {} : { tracestate }),
  }
}

/** Returns the fields of a log line that is written after the request has ended. */
export function contextFields({ requestId, traceparent }: CallContext): Record<string, string> {
  const [, traceId, spanId] = traceparent?.split('-') ?? []
  return { reqId: requestId, ...(traceId && spanId ? { traceId, spanId } : {}) }
}

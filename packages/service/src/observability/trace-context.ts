import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'

/** The trace context of a request (W3C Trace Context, https://www.w3.org/TR/trace-context/). */
interface TraceContext {
  readonly traceId: string
  /** This service's span: the parent of every call that it makes. */
  readonly spanId: string
  /** The caller's span. Undefined when the trace starts here. */
  readonly parentSpanId: string | undefined
  /** Whether the caller records the trace. This service records nothing and passes the flag on. */
  readonly sampled: boolean
  /** The `tracestate` header, unchanged. */
  readonly state: string | undefined
}

/** Section 3.2: of a later version, only the fields of version 00 are read. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,256})?$/
const ZEROES = /^0+$/
const SAMPLED = 0b1

/** Section 3.3.1.5: the minimum to propagate is the maximum here. */
const MAX_STATE_CHARACTERS = 512
const MAX_STATE_MEMBERS = 32
/** Section 3.3.1.3: `key=value`. */
const STATE_MEMBER = /^[a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/

/**
 * Reads the caller's trace and adds a span of this service. Starts a new trace when the headers are missing or invalid. Every
 * kept value is validated, so that it is safe in a log line.
 */
export function readTraceContext({ traceparent, tracestate }: IncomingHttpHeaders): TraceContext {
  const random = randomBytes(24).toString('hex')
  const spanId = random.slice(32)
  const parsed = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null
  const [, version = '', traceId = '', parentSpanId = '', flags = '', later] = parsed ?? []
  if (!parsed || (version === '00' && later !== undefined) || ZEROES.test(traceId) || ZEROES.test(parentSpanId)) {
    return { traceId: random.slice(0, 32), spanId, parentSpanId: undefined, sampled: false, state: undefined }
  }
  const sampled = (Number.parseInt(flags, 16) & SAMPLED) !== 0
  return { traceId, spanId, parentSpanId, sampled, state: readState(tracestate) }
}

function readState(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string' || header.length > MAX_STATE_CHARACTERS) return undefined
  const members = header
    .split(',')
    .map((member) => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter((member) => member !== '')
  if (members.length === 0 || members.length > MAX_STATE_MEMBERS) return undefined
  return members.every((member) => STATE_MEMBER.test(member)) ? header : undefined
}

/** Returns `traceparent` for a call of this service. Flags that version 00 does not define are dropped. */
export const traceparentOf = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

const known = new WeakMap<IncomingMessage, TraceContext>()

/**
 * Returns the trace context of a request, the same for each call. Parses it lazily: most requests write no log line and call
 * no service.
 */
export function traceOf(request: IncomingMessage): TraceContext {
  let trace = known.get(request)
  if (!trace) {
    trace = readTraceContext(request.headers)
    known.set(request, trace)
  }
  return trace
}

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

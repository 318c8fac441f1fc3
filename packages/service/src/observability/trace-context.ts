import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** Where a request stands in a trace (W3C Trace Context, https://www.w3.org/TR/trace-context/). */
export interface TraceContext {
  readonly traceId: string
  /** This service's part of the trace: the parent of every call that it makes. */
  readonly spanId: string
  /** The caller's part; undefined where the trace begins here. */
  readonly parentSpanId: string | undefined
  /** Whether the caller records the trace. Nothing is recorded here; the flag is passed on. */
  readonly sampled: boolean
  /** What tracing systems tell each other beside it, as it came. */
  readonly state: string | undefined
}

/** Section 3.2: of a later version what version 00 has is read, and what it may add is not. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,256})?$/
const ZEROES = /^0+$/
const SAMPLED = 0b1

/** Section 3.3.1.5: what has to be passed on at least is what is passed on at most. */
const MAX_STATE_CHARACTERS = 512
const MAX_STATE_MEMBERS = 32
/** Section 3.3.1.3: `key=value`. */
const STATE_MEMBER = /^[a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/

/**
 * The trace that the caller's headers name, with a span of our own; a new one where they name none or are not as the
 * standard has them. Nothing of them is kept that was not checked, so that it may stand in a log line.
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

/** `traceparent` for a call that this service makes; flags that version 00 does not know are not passed on. */
export const traceparentOf = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

const known = new WeakMap<IncomingMessage, TraceContext>()

/**
 * Returns the trace context of a request, the same at each call. It is parsed at the first: most requests write no log line
 * and call no service.
 */
export function traceOf(request: IncomingMessage): TraceContext {
  let trace = known.get(request)
  if (!trace) {
    trace = readTraceContext(request.headers)
    known.set(request, trace)
  }
  return trace
}

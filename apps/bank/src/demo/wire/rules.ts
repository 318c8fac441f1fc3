import type { TraceEvent } from '@signet/demo'
import { messagesOf } from '../trace-messages.js'

/** One request with its response, as the live wire shows it. */
export interface WireRow {
  readonly at: Date
  readonly from: string
  readonly to: string
  readonly request: string
  /** Names of the session cookies that it carried. */
  readonly cookies: string
  /** What the service verified, and the calls that it made. */
  readonly verified: string
  readonly response: string
  readonly ms: number
}

const NAMES = { bank: 'Bank', retirement: 'Retirement', browser: 'Browser', store: 'Store' } as const
const SENDERS = { thief: 'Thief', user: 'Made-up user' } as const

/** Requests that the live wire shows. */
export const NEWEST = 20

/**
 * Converts recorded events to rows, newest first.
 *
 * @param cookiePrefix first part of every cookie name.
 */
export const wireRows = (events: readonly TraceEvent[], cookiePrefix: string): WireRow[] =>
  events
    .slice(-NEWEST)
    .toReversed()
    .map((event) => rowOf(event, cookiePrefix))

function rowOf(event: TraceEvent, cookiePrefix: string): WireRow {
  const [request, ...more] = messagesOf([{ ...event, kind: 'request' }], cookiePrefix)
  const response = more.at(-1)
  return {
    at: new Date(event.at),
    from: event.kind === 'request' ? NAMES.browser : SENDERS[event.by ?? 'thief'],
    to: NAMES[event.service],
    request: request?.label ?? '',
    cookies: event.cookies.length > 0 ? (request?.detail ?? '') : 'none',
    verified: more
      .slice(0, -1)
      .map(({ from, to, label }) => (from === to ? label : `${NAMES[from]} to ${NAMES[to]}: ${label}`))
      .join('; '),
    response: [response?.label, response?.detail].filter(Boolean).join('; '),
    ms: event.ms,
  }
}

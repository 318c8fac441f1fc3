import type { Asked, SequenceMessage, TraceEvent } from '@signet/demo'

/**
 * The messages of a sequence diagram, from what was recorded and from nothing else.
 *
 * @param cookiePrefix what the names of cookies begin with.
 */
export const messagesOf = (events: readonly TraceEvent[], cookiePrefix: string): SequenceMessage[] =>
  events.flatMap((event) => (event.kind === 'probe' ? [probeOf(event)] : requestOf(event, cookiePrefix)))

function requestOf(event: TraceEvent, cookiePrefix: string): SequenceMessage[] {
  const { service, method, path, cookies, asked, status } = event
  const named = (names: TraceEvent['cookies']) => names.map((name) => `${cookiePrefix}_${name}`).join(', ')
  return [
    {
      from: 'browser',
      to: service,
      kind: 'request',
      label: `${method} ${path}`,
      detail: cookies.length > 0 ? named(cookies) : 'no sign-in cookie',
    },
    ...asked.filter(({ whom }) => whom === 'store').flatMap((one) => askedOf(service, one)),
    ...verdictOf(event, `${cookiePrefix}_refresh`),
    ...asked.filter(({ whom }) => whom !== 'store').flatMap((one) => askedOf(service, one)),
    {
      from: service,
      to: 'browser',
      kind: 'answer',
      label: leadsTo(event) ?? String(status),
      detail: changes(event, named),
      tone: status >= 400 ? 'bad' : undefined,
    },
  ]
}

function askedOf(service: TraceEvent['service'], { whom, what, answer, ms }: Asked): SequenceMessage[] {
  const tone = /^(token_|nobody|4|5)/.test(answer) ? 'bad' : 'good'
  if (whom === service) return [{ from: service, to: service, kind: 'note', label: `${what} → ${answer}`, tone }]
  return [
    { from: service, to: whom, kind: 'request', label: what },
    {
      from: whom,
      to: service,
      kind: 'answer',
      label: ms === undefined ? answer : `${answer}, ${ms.toFixed(1)} ms`,
      tone,
    },
  ]
}

const AUTHENTICATED: Readonly<Record<string, string>> = {
  jwt: 'the signature is right: nobody is asked',
  session: 'the session is in this server’s memory',
  'shared-session': 'the store knows the session',
}

/** Whom the service took the visitor for, as a note on its line. */
function verdictOf(event: TraceEvent, refreshCookie: string): SequenceMessage[] {
  const { service, strategy, code, path, method, set } = event
  const note = (label: string, tone?: 'good' | 'bad'): SequenceMessage[] => [
    { from: service, to: service, kind: 'note', label, tone },
  ]
  if (method === 'POST' && path === '/sign-in') return set.length > 0 ? note('the password is right', 'good') : []
  if (set.includes('token')) return note(`renewed by ${refreshCookie}`, 'good')
  if (strategy !== undefined) return note(AUTHENTICATED[strategy] ?? strategy, 'good')
  return code === undefined || code === 'token_missing' ? [] : note(`refused: ${code}`, 'bad')
}

function leadsTo({ status, leadsTo: target }: TraceEvent): string | undefined {
  return target && `${status}, go to ${target.app} ${target.path}`
}

/** A cookie that was not there is cleared all the same: that is no news. */
function changes(
  { set, cleared: told, cookies }: TraceEvent,
  named: (names: TraceEvent['cookies']) => string,
): string | undefined {
  const cleared = told.filter((name) => cookies.includes(name))
  const parts = [set.length > 0 && `sets ${named(set)}`, cleared.length > 0 && `clears ${named(cleared)}`]
  return parts.filter(Boolean).join('; ') || undefined
}

/** A copy of the token, tried after the sign-out. */
function probeOf({ service, status, code, ms }: TraceEvent): SequenceMessage {
  const label =
    code === undefined ? `a copy, ${ms} ms after: ${status}, still taken` : `a copy, ${ms} ms after: ${status} ${code}`
  return { from: service, to: service, kind: 'note', label, tone: code === undefined ? 'bad' : 'good' }
}

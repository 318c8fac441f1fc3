import type { Asked, SequenceMessage, TraceEvent } from '@signet/demo'

/**
 * Converts recorded events to the messages of a sequence diagram.
 *
 * @param cookiePrefix first part of every cookie name.
 */
export const messagesOf = (events: readonly TraceEvent[], cookiePrefix: string): SequenceMessage[] =>
  events.flatMap((event) => (event.kind === 'probe' ? [probeOf(event)] : requestOf(event, cookiePrefix)))

function requestOf(event: TraceEvent, cookiePrefix: string): SequenceMessage[] {
  const { service, method, path, cookies, asked, status, set, leadsTo } = event
  const named = (names: TraceEvent['cookies']) => names.map((name) => `${cookiePrefix}_${name}`).join(', ')
  // A response may clear cookies that the browser did not send.
  const cleared = event.cleared.filter((name) => cookies.includes(name))
  const changes = [set.length > 0 && `sets ${named(set)}`, cleared.length > 0 && `clears ${named(cleared)}`]
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
      label: leadsTo ? `${status}, redirect to ${leadsTo.app} ${leadsTo.path}` : String(status || 'no response'),
      detail: changes.filter(Boolean).join('; ') || undefined,
      tone: status >= 400 ? 'bad' : undefined,
    },
  ]
}

function askedOf(service: TraceEvent['service'], { whom, what, answer, ms }: Asked): SequenceMessage[] {
  const tone = /^(token_|not found|4|5)/.test(answer) ? 'bad' : 'good'
  if (whom === service) return [{ from: service, to: service, kind: 'note', label: `${what} → ${answer}`, tone }]
  const label = ms === undefined ? answer : `${answer}, ${ms.toFixed(1)} ms`
  return [
    { from: service, to: whom, kind: 'request', label: what },
    { from: whom, to: service, kind: 'answer', label, tone },
  ]
}

const AUTHENTICATED: Readonly<Record<string, string>> = {
  jwt: 'signature valid, no server called',
  session: 'session found in this server’s memory',
  'shared-session': 'session found in the store',
}

/** What a sign-in proves, by the form's path. */
const PROOFS: Readonly<Record<string, string>> = {
  '/sign-in': 'password correct',
  '/sign-in/passkey': 'signature of the passkey correct',
  '/sign-in/recovery-code': 'recovery code correct',
}

/** Returns a note on how the service authenticated the request, or why it refused it. */
function verdictOf(event: TraceEvent, refreshCookie: string): SequenceMessage[] {
  const { service, strategy, code, path, method, set } = event
  const note = (label: string, tone: 'good' | 'bad' = 'good'): SequenceMessage[] => [
    { from: service, to: service, kind: 'note', label, tone },
  ]
  const proof = method === 'POST' ? PROOFS[path] : undefined
  if (proof !== undefined) return set.length > 0 ? note(proof) : []
  if (set.includes('token')) return note(`renewed with ${refreshCookie}`)
  if (strategy !== undefined) return note(AUTHENTICATED[strategy] ?? strategy)
  return code === undefined || code === 'token_missing' ? [] : note(`refused: ${code}`, 'bad')
}

/** A request with a copy of the token, sent after the sign-out. */
function probeOf({ service, status, code, ms }: TraceEvent): SequenceMessage {
  const label = `copied token, after ${ms} ms: ${status}${code === undefined ? ', still accepted' : ` ${code}`}`
  return { from: service, to: service, kind: 'note', label, tone: code === undefined ? 'bad' : 'good' }
}

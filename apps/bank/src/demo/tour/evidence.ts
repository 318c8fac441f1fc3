import type { TraceEvent } from '@signet/demo'

/** What of a trace shows that a step was really done, in order; undefined while nothing does. */
export type Evidence = (events: readonly TraceEvent[]) => readonly TraceEvent[] | undefined

type Test = (event: TraceEvent) => boolean

const at = (service: TraceEvent['service']): Test => {
  return (event) => event.service === service && event.kind === 'request'
}
const shown = (event: TraceEvent): boolean => event.method === 'GET' && event.status === 200
const authenticated = (strategy: string): Test => {
  return (event) => event.kind === 'request' && event.strategy === strategy && shown(event)
}
const signsIn = (cookie: TraceEvent['set'][number]): Test => {
  return (event) => event.service === 'bank' && event.method === 'POST' && event.set.includes(cookie)
}
const both = (...tests: Test[]): Test => {
  return (event) => tests.every((test) => test(event))
}

/** Events that follow one another, whatever else happened in between; the first such row. */
function inOrder(...tests: Test[]): Evidence {
  return (events) => {
    const found: TraceEvent[] = []
    let from = 0
    for (const test of tests) {
      const index = events.findIndex((event, position) => position >= from && test(event))
      const event = events[index]
      if (!event) return undefined
      found.push(event)
      from = index + 1
    }
    return found
  }
}

/** Adds what is worth seeing where it happened too, without making it a condition. */
function withFollowing(evidence: Evidence, test: Test): Evidence {
  return (events) => {
    const found = evidence(events)
    const last = found?.at(-1)
    const next = last && events.slice(events.indexOf(last) + 1).find(test)
    return next ? [...(found ?? []), next] : found
  }
}

export const signedInByToken: Evidence = withFollowing(
  inOrder(signsIn('token')),
  both(at('bank'), authenticated('jwt')),
)

export const handedOver: Evidence = inOrder(both(at('retirement'), authenticated('jwt')))

/** The next page at the bank belongs to it, whether the process that it landed on knew the session or not. */
export const signedInBySession: Evidence = withFollowing(
  inOrder(signsIn('session')),
  both(at('bank'), ({ method, cookies }) => method === 'GET' && cookies.includes('session')),
)

/** A session that another replica of the same service did not know. */
export const landedElsewhere = (events: readonly TraceEvent[]): boolean =>
  events.some((event) => at('bank')(event) && event.code === 'session_unknown')

const unknownAtRetirement: Test = (event) =>
  at('retirement')(event) && event.cookies.includes('session') && event.code === 'session_unknown'

export const sessionUnknown: Evidence = withFollowing(
  inOrder(unknownAtRetirement),
  (event) => at('bank')(event) && event.path === '/sign-in',
)

/** Known at both: the order in which a person looks does not matter. */
export const sharedSessionAtBoth: Evidence = (events) => {
  const bank = inOrder(signsIn('shared_session'), both(at('bank'), authenticated('shared-session')))(events)
  const [retirement] = inOrder(both(at('retirement'), authenticated('shared-session')))(events) ?? []
  return bank && retirement && [...bank, retirement].sort((one, other) => one.at - other.at)
}

export const tokenOpened: Evidence = inOrder(both(authenticated('jwt'), ({ path }) => path === '/token'))

/** Who of the two services was asked about a token during a request, and refused it. */
const refusers = ({ asked }: TraceEvent): Set<string> =>
  new Set(asked.filter(({ answer }) => answer.startsWith('token_')).map(({ whom }) => whom))

export const changedTokenRefused: Evidence = inOrder(
  (event) => event.path === '/token' && refusers(event).has('bank') && refusers(event).has('retirement'),
)

export const forgeryTried: Evidence = inOrder(
  (event) => event.path === '/who-may-sign' && event.method === 'POST' && event.asked.length > 0,
)

/** An expired token at either app, the bank's renewal, and the same app again. */
export const renewed: Evidence = (events) => {
  const [refused, renewal] =
    inOrder(
      (event) => event.code === 'token_expired' && event.leadsTo?.app === 'bank',
      (event) => event.service === 'bank' && event.cookies.includes('refresh') && event.set.includes('token'),
    )(events) ?? []
  const back =
    renewal &&
    events
      .slice(events.indexOf(renewal))
      .find((event) => event.service === refused?.service && authenticated('jwt')(event))
  return refused && renewal && back && [refused, renewal, back]
}

/** A sign-out, and a copy of the token that both services have refused since. */
export const signedOutEverywhere: Evidence = (events) => {
  const [signOut] = inOrder((event) => event.path === '/sign-out' && event.cleared.includes('token'))(events) ?? []
  if (!signOut) return undefined
  const probes = events.filter(({ kind, at }) => kind === 'probe' && at >= signOut.at)
  const refused = new Set(probes.filter(({ status }) => status === 401).map(({ service }) => service))
  return refused.size === 2 ? [signOut, ...probes] : undefined
}

/** Of the events of a sign-out: when the last service began to refuse the copy. */
export const msUntilRefusedEverywhere = (events: readonly TraceEvent[]): number =>
  Math.max(...events.filter(({ kind, status }) => kind === 'probe' && status === 401).map(({ ms }) => ms))

import type { TraceEvent } from '@signet/demo'

/** The recorded events of a tour; `unknown` while the store cannot be read. */
export type Trace = readonly TraceEvent[] | 'unknown'

/** Returns the events that prove that a step was done, in order; undefined until then. */
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

/** Finds the first events that match the tests in order. Other events may be in between. */
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

/** Adds the next event that matches `test`, if there is one. */
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

/** Includes the next page at the bank, even if its process did not have the session. */
export const signedInBySession: Evidence = withFollowing(
  inOrder(signsIn('session')),
  both(at('bank'), ({ method, cookies }) => method === 'GET' && cookies.includes('session')),
)

/** True when another replica of the bank did not have the session. */
export const landedElsewhere = (events: readonly TraceEvent[]): boolean =>
  events.some((event) => at('bank')(event) && event.code === 'session_unknown')

const unknownAtRetirement: Test = (event) =>
  at('retirement')(event) && event.cookies.includes('session') && event.code === 'session_unknown'

export const sessionUnknown: Evidence = withFollowing(
  inOrder(unknownAtRetirement),
  (event) => at('bank')(event) && event.path === '/sign-in',
)

/** The user may open the two apps in either order. */
export const sharedSessionAtBoth: Evidence = (events) => {
  const bank = inOrder(signsIn('shared_session'), both(at('bank'), authenticated('shared-session')))(events)
  const [retirement] = inOrder(both(at('retirement'), authenticated('shared-session')))(events) ?? []
  return bank && retirement && [...bank, retirement].sort((one, other) => one.at - other.at)
}

export const tokenOpened: Evidence = inOrder(both(authenticated('jwt'), ({ path }) => path === '/token'))

/** The services that verified and refused a token during this request. */
const refusers = ({ asked }: TraceEvent): Set<string> =>
  new Set(asked.filter(({ answer }) => answer.startsWith('token_')).map(({ whom }) => whom))

export const changedTokenRefused: Evidence = inOrder(
  (event) => event.path === '/token' && refusers(event).has('bank') && refusers(event).has('retirement'),
)

export const forgeryTried: Evidence = inOrder(
  (event) => event.path === '/who-may-sign' && event.method === 'POST' && event.asked.length > 0,
)

/** An app refuses an expired token, the bank renews it, and the same app accepts the new one. */
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

/** A sign-out, after which both services refused a copy of the token. */
export const signedOutEverywhere: Evidence = (events) => {
  const [signOut] = inOrder((event) => event.path === '/sign-out' && event.cleared.includes('token'))(events) ?? []
  if (!signOut) return undefined
  const probes = events.filter(({ kind, at }) => kind === 'probe' && at >= signOut.at)
  const refused = new Set(probes.filter(({ status }) => status === 401).map(({ service }) => service))
  return refused.size === 2 ? [signOut, ...probes] : undefined
}

/** The promised sign-out propagation of 2 s, and one second more. */
const PATIENCE_MS = 3_000

/** Returns whether the measurement of the last sign-out is still running. */
export function isMeasuring(events: readonly TraceEvent[], nowMs: number): boolean {
  const signOut = events.findLast(({ path, cleared }) => path === '/sign-out' && cleared.includes('token'))
  return signOut !== undefined && nowMs - signOut.at < PATIENCE_MS && !signedOutEverywhere(events)
}

/** The challenge and the response to it. */
export const signedInByPasskey: Evidence = withFollowing(
  inOrder(
    ({ path, status }) => path === '/api/login/passkey/options' && status === 200,
    both(signsIn('token'), ({ path }) => path === '/sign-in/passkey'),
  ),
  authenticated('jwt'),
)

/** Milliseconds from the sign-out until the last service refused the copied token. */
export const msUntilRefusedEverywhere = (events: readonly TraceEvent[]): number =>
  Math.max(...events.filter(({ kind, status }) => kind === 'probe' && status === 401).map(({ ms }) => ms))

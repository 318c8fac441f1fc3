import type { TraceEvent } from '@signet/demo'

/** Returns the events that prove that a step was done, in order; undefined until then. */
export type Evidence = (events: readonly TraceEvent[]) => readonly TraceEvent[] | undefined

type Test = (event: TraceEvent) => boolean
type CookieName = TraceEvent['cookies'][number]

/** Tests for an event with these members, which sends or sets a cookie. */
export const has = ({
  sends,
  sets,
  ...members
}: Partial<TraceEvent> & { readonly sends?: CookieName; readonly sets?: CookieName }): Test => {
  const same = Object.entries(members) as [keyof TraceEvent, unknown][]
  return (event) =>
    same.every(([name, value]) => event[name] === value) &&
    (sends === undefined || event.cookies.includes(sends)) &&
    (sets === undefined || event.set.includes(sets))
}

/** Tests for a page that was shown to a user with a session of this strategy. */
export const shows = (strategy: string, more: Partial<TraceEvent> = {}): Test =>
  has({ kind: 'request', method: 'GET', status: 200, strategy, ...more })

export const signsIn = (sets: CookieName): Test => has({ service: 'bank', method: 'POST', sets })

/**
 * Finds the first events that match the tests in order, and the next one that matches `following`, if there is one. Other events
 * may be in between.
 */
export function inOrder(tests: readonly Test[], following: Test = () => false): Evidence {
  return (events) => {
    const found: TraceEvent[] = []
    let rest = events
    for (const test of tests) {
      const index = rest.findIndex(test)
      found.push(...rest.slice(index, index + 1))
      rest = rest.slice(index + 1)
    }
    return found.length < tests.length ? undefined : [...found, ...rest.filter(following).slice(0, 1)]
  }
}

/** The user may open the two apps in either order. */
export const sharedSessionAtBoth: Evidence = (events) => {
  const bank = inOrder([signsIn('shared_session'), shows('shared-session', { service: 'bank' })])(events)
  const retirement = events.find(shows('shared-session', { service: 'retirement' }))
  return bank && retirement && [...bank, retirement].sort((one, other) => one.at - other.at)
}

/** Both services verified and refused a token during this request. */
export const refusedByBoth: Test = ({ path, asked }) =>
  path === '/token' &&
  new Set(asked.flatMap(({ whom, answer }) => (answer.startsWith('token_') ? whom : []))).size === 2

/** An app refuses an expired token, the bank renews it, and the same app accepts the new one. */
export const renewed: Evidence = (events) => {
  const expired: Test = ({ code, leadsTo }) => code === 'token_expired' && leadsTo?.app === 'bank'
  const renewal = has({ service: 'bank', sends: 'refresh', sets: 'token' })
  const app = events.find(expired)?.service
  return app && inOrder([expired, renewal, shows('jwt', { service: app })])(events)
}

const signsOut: Test = ({ path, cleared }) => path === '/sign-out' && cleared.includes('token')

/** A sign-out, after which both services refused a copy of the token. */
export const signedOutEverywhere: Evidence = (events) => {
  const signOut = events.find(signsOut)
  if (!signOut) return undefined
  const probes = events.filter(({ kind, at }) => kind === 'probe' && at >= signOut.at)
  const refused = new Set(probes.filter(({ status }) => status === 401).map(({ service }) => service))
  return refused.size === 2 ? [signOut, ...probes] : undefined
}

/** The promised sign-out propagation of 2 s, and one second more. */
const PATIENCE_MS = 3_000

/** Returns whether the measurement of the last sign-out is still running. */
export function isMeasuring(events: readonly TraceEvent[], nowMs: number): boolean {
  const signOut = events.findLast(signsOut)
  return signOut !== undefined && nowMs - signOut.at < PATIENCE_MS && !signedOutEverywhere(events)
}

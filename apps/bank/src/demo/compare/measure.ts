import { setTimeout as wait } from 'node:timers/promises'
import type { StrategyName } from '@signet/auth/verifier'
import { type App, type CallContext, instanceName } from '@signet/service'
import { STRATEGIES } from '../../sign-in/rules.js'
import type { BankDemoOptions } from '../options.js'
import { createTemporaryUser, type TemporaryUser } from '../temporary-user.js'
import { type Answered, type AskOptions, askWho, byName, post, scatter, type Target } from './ask.js'
import type { Figures, Measurement } from './figures.js'
import { cookiePair, median } from './rules.js'
import { instanceAfterRestart, instanceWithoutStore } from './second-instance.js'

/** Timed requests per approach, after the warm-up. */
const TIMED = 30
const WARM_UP = 5
const POLL_MS = 5
/** Twice the promised sign-out propagation. */
const REFUSAL_WITHIN_MS = 4_000
/** For the whole measurement: the user waits for it. */
const DEADLINE_MS = 13_000

/** A measurement takes seconds: an older user was left by a process that ended during one. */
const TEMPORARY = { prefix: 'measured-', name: 'Temporary user of a measurement', keptMs: 300_000 }

/** A session of one approach, and the cookie that a browser would send. */
interface SignedIn {
  readonly strategy: StrategyName
  readonly cookie: string
}

/**
 * Measures the three approaches with the product's code, over HTTP to this process and to the other service. It creates
 * a temporary user, signs in with each approach, sends requests, signs out and removes the user.
 *
 * Rejects when a login or a sign-out is refused, for example while the store is down.
 */
export async function measure(
  app: App,
  options: BankDemoOptions,
  context: CallContext,
  nowMs: number,
): Promise<Measurement> {
  const { config, db, shared } = options
  const { BANK_INTERNAL_URL: bankInternalUrl, RETIREMENT_INTERNAL_URL: retirementInternalUrl } = config
  const startedAt = performance.now()
  const asking = { context, signal: AbortSignal.timeout(DEADLINE_MS) }
  // The address of this process itself, so that a load balancer cannot choose another replica.
  const url = app.listeningOrigin.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//127.0.0.1:')
  const here: Target = { ...byName(bankInternalUrl), url }
  const sibling = byName(retirementInternalUrl)
  let requests = 0
  const ask = (target: Target, cookie: string, how: Partial<AskOptions> = {}): Promise<Answered> => {
    requests += 1
    return askWho(target, cookie, { ...asking, ...how })
  }
  const person = await createTemporaryUser(db, app.passwords, TEMPORARY, nowMs)
  const cleanups = [person.remove]
  try {
    const restarted = await instanceAfterRestart(app, options)
    cleanups.push(restarted.close)
    const storeless = await instanceWithoutStore(app, options)
    cleanups.push(storeless.close)
    const signedIn = await Promise.all(STRATEGIES.map((strategy) => signIn(app, here, person, strategy, asking)))
    const timed = await time(signedIn, (cookie) => ask(here, cookie))
    const approaches: Figures[] = []
    for (const [index, { strategy, cookie }] of signedIn.entries()) {
      const answers = timed[index] ?? []
      const lookups = (name: string) => answers.flatMap(({ durations }) => durations.get(name) ?? [])
      const [memory, store] = [lookups('memory'), lookups('store')]
      approaches.push({
        strategy,
        cookieBytes: Buffer.byteLength(cookie),
        lookups: { memory: memory.length, store: store.length },
        authenticationMs: median(lookups('auth')),
        lookupMs: memory.length + store.length > 0 ? median([...memory, ...store]) : null,
        here: answers.at(-1)?.said ?? null,
        sibling: (await ask(sibling, cookie)).said,
        afterRestart: await restarted.ask(cookie),
        storeDown: await storeless.ask(cookie),
        refusedHereMs: null,
        refusedAtSiblingMs: null,
        landed: await Promise.all([
          scatter('bank', bankInternalUrl, (target) => ask(target, cookie, { alone: true })),
          scatter('retirement', retirementInternalUrl, (target) => ask(target, cookie, { alone: true })),
        ]),
      })
    }
    const refusals = await Promise.all(
      signedIn.map(async ({ cookie }, index) => {
        await post(here, '/api/logout', { ...asking, cookie })
        const since = performance.now()
        const untilRefused = (target: Target) => refusedAfter(since, asking.signal, () => ask(target, cookie))
        const known = approaches[index]?.sibling?.status === 200
        return Promise.all([untilRefused(here), known ? untilRefused(sibling) : null])
      }),
    )
    const tookMs = Math.round(performance.now() - startedAt)
    return {
      atMs: nowMs + tookMs,
      tookMs,
      instance: instanceName('bank'),
      store: shared.kind,
      timedRequests: TIMED,
      requests,
      approaches: approaches.map((figures, index) => {
        const [refusedHereMs = null, refusedAtSiblingMs = null] = refusals[index] ?? []
        return { ...figures, refusedHereMs, refusedAtSiblingMs }
      }),
    }
  } finally {
    await Promise.allSettled(cleanups.map((cleanUp) => cleanUp()))
  }
}

async function signIn(
  app: App,
  target: Target,
  { username, password }: TemporaryUser,
  strategy: StrategyName,
  asking: Pick<AskOptions, 'context' | 'signal'>,
): Promise<SignedIn> {
  const cookies = await post(target, '/api/login', { ...asking, body: { username, password, strategy } })
  const name = app.serverSessions.get(strategy)?.cookie.name ?? app.userSessions.cookies.token.name
  const cookie = cookiePair(cookies, name)
  if (cookie === undefined) throw new Error(`the login with strategy ${strategy} did not set the cookie ${name}`)
  return { strategy, cookie }
}

/** Alternates between the approaches, so that load on the machine affects all of them alike. */
async function time(signedIn: readonly SignedIn[], ask: (cookie: string) => Promise<Answered>): Promise<Answered[][]> {
  const answers: Answered[][] = signedIn.map(() => [])
  for (let round = 0; round < WARM_UP + TIMED; round += 1) {
    for (const [index, { cookie }] of signedIn.entries()) {
      const answer = await ask(cookie)
      if (round >= WARM_UP) answers[index]?.push(answer)
    }
  }
  return answers
}

/** Milliseconds from the sign-out to the first 401; null when the service did not refuse in time. */
async function refusedAfter(since: number, signal: AbortSignal, ask: () => Promise<Answered>): Promise<number | null> {
  for (;;) {
    const { said } = await ask()
    const elapsedMs = performance.now() - since
    if (said?.status === 401) return elapsedMs
    if (elapsedMs > REFUSAL_WITHIN_MS || signal.aborted) return null
    await wait(POLL_MS)
  }
}

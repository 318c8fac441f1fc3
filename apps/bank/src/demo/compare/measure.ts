import { setTimeout as wait } from 'node:timers/promises'
import { authentication, type StrategyName } from '@signet/auth/verifier'
import { CLIENT_ID } from '@signet/contracts'
import { type AskOptions, ask } from '@signet/demo'
import { type App, callContext, cookieScopeOf, instanceName, openSharedStore, sessionStrategies } from '@signet/service'
import { median } from 'd3-array'
import Fastify, { type FastifyRequest } from 'fastify'
import { STRATEGIES } from '../../sign-in/rules.js'
import type { BankDemoOptions } from '../options.js'
import { addressesOf, post } from '../service-calls.js'
import { createTemporaryUser } from '../temporary-credentials.js'
import type { Landed, Measurement, Said } from './figures.js'

/** Timed requests per approach, after the warm-up. */
const TIMED = 30
const WARM_UP = 5
/** Requests on separate connections: twice the number of replicas that a demo usually runs. */
const SCATTERED = 6
const POLL_MS = 5
/** Twice the promised sign-out propagation. */
const REFUSAL_WITHIN_MS = 4_000
/** For the whole measurement: the user waits for it. */
const DEADLINE_MS = 13_000
/** A measurement takes seconds: an older user was left by a process that ended during one. */
const KEPT_MS = 300_000
/** A reserved port (RFC 1078), on which no store listens. */
const CLOSED_PORT = 1

/** The response of a service, the process that sent it, and its `Server-Timing`. */
type Answered = { said: Said; instance: string; timing: string }

/**
 * Measures the three approaches with the product's code, over HTTP to this process and to the other service. It creates
 * a temporary user, signs in with each approach, sends requests, signs out and removes the user.
 *
 * Rejects when a login or a sign-out is refused, for example while the store is down.
 */
export async function measure(app: App, options: BankDemoOptions, request: FastifyRequest): Promise<Measurement> {
  const { config, db, shared } = options
  const startedAt = performance.now()
  const asking = { context: callContext(request), signal: AbortSignal.timeout(DEADLINE_MS) }
  // The address of this process itself, so that a load balancer cannot choose another replica.
  const ownUrl = app.listeningOrigin.replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//127.0.0.1:')
  const own = { ...asking, host: new URL(config.BANK_INTERNAL_URL).host }
  let requests = 0

  /** Sends `GET /api/me` with a cookie, as a browser does. Never rejects: a failed request has `said: null`. */
  async function who(url: string, cookie: string, more: Partial<AskOptions> = {}): Promise<Answered> {
    requests += 1
    try {
      const { status, headers, verdict } = await ask(url, '/api/me', { ...asking, ...more, headers: { cookie } })
      const timing = String(headers['server-timing'] ?? '')
      return { said: { status, code: verdict.code }, instance: verdict.instance, timing }
    } catch {
      return { said: null, instance: '', timing: '' }
    }
  }
  const whoHere = (cookie: string) => who(ownUrl, cookie, own)
  const whoAtSibling = (cookie: string) => who(config.RETIREMENT_INTERNAL_URL, cookie)

  /** Sends requests on separate connections, as separate browsers would, and counts which processes accept them. */
  async function scatter(url: string, cookie: string): Promise<Landed> {
    const { host } = new URL(url)
    const urls = await addressesOf(url)
    const answers = await Promise.all(
      Array.from({ length: SCATTERED }, (_, index) =>
        who(urls[index % urls.length] ?? url, cookie, { host, agent: false }),
      ),
    )
    const known = answers.filter(({ said }) => said?.status === 200)
    const instances = new Set(known.map(({ instance }) => instance))
    return { requests: SCATTERED, known: known.length, instances: [...instances].toSorted() }
  }

  /** Milliseconds from the sign-out to the first 401; null when the service did not refuse in time. */
  async function refusedAfter(since: number, whoIs: () => Promise<Answered>): Promise<number | null> {
    for (;;) {
      const { said } = await whoIs()
      const elapsedMs = performance.now() - since
      if (said?.status === 401) return elapsedMs
      if (elapsedMs > REFUSAL_WITHIN_MS || asking.signal.aborted) return null
      await wait(POLL_MS)
    }
  }

  const leftBehind = new Date(request.receivedAtMs - KEPT_MS)
  const { username, password, remove } = await createTemporaryUser(app, db, 'measured-', leftBehind)
  const cleanups: (() => Promise<unknown>)[] = [remove]
  try {
    const restarted = await secondInstance(app, options, 'session')
    cleanups.push(restarted.close)
    const unreachable = await openSharedStore(`${shared.kind}://127.0.0.1:${CLOSED_PORT}/0`, () => {})
    cleanups.push(() => unreachable.close())
    const storeless = await secondInstance(app, { ...options, shared: unreachable }, 'shared-session')
    cleanups.push(storeless.close)
    const signedIn = await Promise.all(
      STRATEGIES.map(async (strategy) => {
        const cookieOf = await post(ownUrl, '/api/login', { ...own, body: { username, password, strategy } })
        const { name } = app.serverSessions.get(strategy)?.cookie ?? app.userSessions.cookies.token
        if (cookieOf(name) === '') throw new Error(`the login with strategy ${strategy} did not set the cookie ${name}`)
        return { strategy, cookie: `${name}=${cookieOf(name)}`, answers: [] as Answered[] }
      }),
    )
    // Alternates between the approaches, so that load on the machine affects all of them alike.
    for (let round = 0; round < WARM_UP + TIMED; round += 1) {
      for (const { cookie, answers } of signedIn) answers.push(await whoHere(cookie))
    }
    const measured = []
    for (const { strategy, cookie, answers } of signedIn) {
      const timings = answers.slice(WARM_UP).map(({ timing }) => readServerTiming(timing))
      const durations = (name: string) => timings.flatMap((timing) => timing.get(name) ?? [])
      const [memory, store] = [durations('memory'), durations('store')]
      const [bank, retirement] = await Promise.all([
        scatter(config.BANK_INTERNAL_URL, cookie),
        scatter(config.RETIREMENT_INTERNAL_URL, cookie),
      ])
      const figures = {
        strategy,
        cookieBytes: Buffer.byteLength(cookie),
        lookups: { memory: memory.length, store: store.length },
        authenticationMs: median(durations('auth')) ?? 0,
        lookupMs: median([...memory, ...store]) ?? null,
        here: answers.at(-1)?.said ?? null,
        sibling: (await whoAtSibling(cookie)).said,
        afterRestart: await restarted.ask(cookie),
        storeDown: await storeless.ask(cookie),
        landed: { bank, retirement },
      }
      measured.push({ cookie, figures })
    }
    const approaches = await Promise.all(
      measured.map(async ({ cookie, figures }) => {
        await post(ownUrl, '/api/logout', { ...own, headers: { cookie } })
        const since = performance.now()
        const known = figures.sibling?.status === 200
        const [here, sibling] = await Promise.all([
          refusedAfter(since, () => whoHere(cookie)),
          known ? refusedAfter(since, () => whoAtSibling(cookie)) : null,
        ])
        return { ...figures, refusedMs: { here, sibling } }
      }),
    )
    const tookMs = Math.round(performance.now() - startedAt)
    return {
      atMs: request.receivedAtMs + tookMs,
      tookMs,
      instance: instanceName('bank'),
      store: shared.kind,
      timedRequests: TIMED,
      requests,
      approaches,
    }
  } finally {
    await Promise.allSettled(cleanups.map((cleanUp) => cleanUp()))
  }
}

/**
 * Registers the authentication plugin of every request to this service a second time, with one route behind it. The strategy of this
 * name is new, with an empty memory and this store. It does not prune the store: the bank already does.
 */
async function secondInstance(bank: App, { config, keys, shared }: BankDemoOptions, name: StrategyName) {
  const cookieScope = cookieScopeOf(config)
  const idleTtlSeconds = config.SESSION_IDLE_TTL
  const fresh = sessionStrategies({ cookieScope, shared, idleTtlSeconds, inMemory: true, prune: false })
  const others = bank.sessionStrategies.filter(({ strategy }) => strategy !== name)
  const app = Fastify()
  await app.register(authentication, {
    keys,
    issuer: config.BANK_URL,
    clientId: CLIENT_ID,
    audience: config.BANK_URL,
    accessTokenTtlSeconds: config.ACCESS_TOKEN_TTL,
    tokenCookie: bank.userSessions.cookies.token,
    statusLists: bank.statusLists,
    sessions: [...fresh.filter(({ strategy }) => strategy === name), ...others],
  })
  app.get('/', async () => ({}))
  return {
    ask: async (cookie: string): Promise<Said> => {
      const answer = await app.inject({ url: '/', headers: { cookie } })
      // Fastify sends the status and the code of an error.
      return { status: answer.statusCode, code: answer.json<{ code?: string }>().code ?? null }
    },
    close: () => app.close(),
  }
}

/** Returns the durations of a `Server-Timing` header (W3C Server Timing, section 3), in milliseconds by name. */
export function readServerTiming(header: string): ReadonlyMap<string, number> {
  const entries = header.split(',').map((entry) => entry.split(';').map((part) => part.trim()))
  return new Map(
    entries.flatMap(([name = '', ...parameters]) => {
      const duration = parameters.find((parameter) => parameter.startsWith('dur='))?.slice('dur='.length)
      return name !== '' && Number.isFinite(Number(duration)) ? [[name, Number(duration)] as const] : []
    }),
  )
}

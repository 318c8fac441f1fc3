import { defineCookie } from '@signet/auth/verifier'
import { membersOf, newTour, probeEvent, TOUR_TTL_SECONDS, type TraceEvent } from '@signet/demo'
import { type App, callContext, cookieScopeOf, pageRoute } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { BankDemoOptions } from '../options.js'
import { recordedEvents } from '../wire/routes.js'
import { ATTEMPTS, type Seat } from './attempts.js'
import { formatLoot, LOOT_TTL_SECONDS, type Loot, readLoot, stealFromMadeUpUser } from './loot.js'
import { ThiefPage, type Tried } from './page.js'
import { type Sent, send } from './send.js'

/** Seats and attempts of one address per minute: each may create a user and hash a password. */
const PER_MINUTE = 60

const AttemptForm = Type.Object({ attempt: Type.Union(ATTEMPTS.map(({ letter }) => Type.Literal(letter))) })

/** Registers `/thief`, a lab that uses stolen copies of a made-up user's cookies. Demo only. */
export async function thiefRoutes(app: App, options: BankDemoOptions): Promise<void> {
  const { traces } = app.tour
  const { config } = options
  // The other app must not receive the copies.
  const lootCookie = defineCookie('loot', { ...cookieScopeOf(config), domain: undefined })
  const { token, refresh } = app.userSessions.cookies
  const cookies = { token: token.name, refresh: refresh.name }
  const origins = { bank: config.BANK_URL, retirement: config.RETIREMENT_URL }
  const internalUrls = { bank: config.BANK_INTERNAL_URL, retirement: config.RETIREMENT_INTERNAL_URL }
  const countAttempt = app.attempts.limitByAddress('thief:address', PER_MINUTE)

  const steal = (request: FastifyRequest) => stealFromMadeUpUser(app, options, request)

  app.recordingIds.push((request) => readLoot(request.headers.cookie, lootCookie)?.recordingId)

  const seatOf = (request: FastifyRequest, loot: Loot): Seat => ({
    loot,
    cookies,
    origins,
    send: async (sending) => {
      const at = Date.now()
      const sent = await send(internalUrls[sending.to], sending, callContext(request))
      if (request.recordingId !== null) app.recordTrace(request.recordingId, traceOf(sent, at, Date.now() - at))
      return sent
    },
    ownToken: async () => (await steal(request)).token,
  })

  async function show(request: FastifyRequest, reply: FastifyReply, loot: Loot | undefined, tried?: Tried) {
    const events = await recordedEvents(request)
    return reply.page(
      ThiefPage({
        frame: request.pageFrame('thief'),
        loot,
        username: String(membersOf(loot?.token ?? '', 'payload').username),
        tried,
        events,
        cookiePrefix: config.COOKIE_PREFIX,
      }),
    )
  }

  app.get('/thief', pageRoute({ auth: 'optional' }), async (request, reply) =>
    show(request, reply, readLoot(request.headers.cookie, lootCookie)),
  )

  app.post('/thief/begin', pageRoute({ auth: 'optional' }), async (request, reply) => {
    await countAttempt(request.ip, request.receivedAtMs)
    const earlier = readLoot(request.headers.cookie, lootCookie)
    const recordingId = earlier?.recordingId ?? newTour(1).id
    if (!earlier) await traces.begin(recordingId, TOUR_TTL_SECONDS, request.receivedAtMs).catch(cannotRecord(request))
    const loot = { ...(await steal(request)), recordingId, done: earlier?.done ?? '' }
    lootCookie.set(reply, formatLoot(loot), LOOT_TTL_SECONDS)
    return reply.redirect('/thief', 303)
  })

  app.post('/thief/try', pageRoute({ auth: 'optional', body: AttemptForm }), async (request, reply) => {
    const loot = readLoot(request.headers.cookie, lootCookie)
    const attempt = ATTEMPTS.find(({ letter }) => letter === request.body.attempt)
    if (!loot || !attempt) return reply.redirect('/thief', 303)
    await countAttempt(request.ip, request.receivedAtMs)
    const sent = await attempt.run(seatOf(request, loot))
    const shown = attempt.shown(sent)
    const done = shown && !loot.done.includes(attempt.letter) ? loot.done + attempt.letter : loot.done
    const next = { ...loot, ...(shown && attempt.endsSession ? await steal(request) : {}), done }
    lootCookie.set(reply, formatLoot(next), LOOT_TTL_SECONDS)
    return show(request, reply, next, { attempt, sent })
  })
}

/** The seat works without a recording. */
const cannotRecord = (request: FastifyRequest) => (error: unknown) => {
  request.log.warn({ err: error }, 'could not start the recording of the thief’s seat')
}

/** Describes a request of an attempt as the recorder describes the browser's own. */
const traceOf = (
  { by, to, method, path, status, code, headers, username }: Sent,
  at: number,
  ms: number,
): TraceEvent => {
  const sent = path === '/api/token/refresh' ? ('refresh' as const) : ('token' as const)
  const cookies = headers.cookie === undefined ? [] : [sent]
  const probe = { at, ms, service: to, by, method, path, cookies, status: status ?? 0 }
  return probeEvent(probe, { code, strategy: username === null ? null : 'jwt' })
}

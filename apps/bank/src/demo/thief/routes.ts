import { defineCookie } from '@signet/auth/verifier'
import { ask, newTour, probeEvent, TOUR_TTL_SECONDS } from '@signet/demo'
import { type App, callContext, cookieScopeOf, pageRoute } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { BankDemoOptions } from '../options.js'
import { recordedEvents } from '../wire/wire.js'
import { ATTEMPTS, type Sending, type Sent } from './attempts.js'
import { formatLoot, type Loot, readLoot, stealFromMadeUpUser } from './loot.js'
import { ThiefPage, type Tried } from './page.js'

/** Seats and attempts of one address per minute: each may create a user and hash a password. */
const PER_MINUTE = 60

const AttemptForm = Type.Object({ attempt: Type.Enum(ATTEMPTS.map(({ letter }) => letter)) })

/** Registers `/thief`, a lab that uses stolen copies of a made-up user's cookies. Demo only. */
export async function thiefRoutes(app: App, options: BankDemoOptions): Promise<void> {
  const { config } = options
  // The other app must not receive the copies.
  const lootCookie = defineCookie('loot', { ...cookieScopeOf(config), domain: undefined })
  const { token, refresh } = app.userSessions.cookies
  const cookies = { token: token.name, refresh: refresh.name }
  const origins = { bank: config.BANK_URL, retirement: config.RETIREMENT_URL }
  const internalUrls = { bank: config.BANK_INTERNAL_URL, retirement: config.RETIREMENT_INTERNAL_URL }
  const countAttempt = app.attempts.limitByAddress('thief:address', PER_MINUTE)

  const steal = (request: FastifyRequest) => stealFromMadeUpUser(app, options, request)
  const lootOf = (request: FastifyRequest) => readLoot(request.headers.cookie, lootCookie)

  app.recordingIds.push((request) => lootOf(request)?.recordingId)

  /** Sends a request, and records it as the recorder does the browser's own. Never rejects. */
  async function send(request: FastifyRequest, sending: Sending): Promise<Sent> {
    const { by, to: service, method, path, headers } = sending
    const at = Date.now()
    const context = callContext(request)
    const answer = await ask(internalUrls[service], path, { context, method, headers }).catch(() => undefined)
    const { status = 0, verdict } = answer ?? {}
    if (request.recordingId !== null) {
      const cookies = [path === '/api/token/refresh' ? ('refresh' as const) : ('token' as const)]
      const probe = { at, ms: Date.now() - at, service, by, method, path, cookies, status }
      app.recordTrace(request.recordingId, probeEvent(probe, verdict))
    }
    return { ...sending, status, verdict, setCookies: answer?.headers['set-cookie'] }
  }

  async function show(request: FastifyRequest, reply: FastifyReply, loot: Loot | undefined, tried?: Tried) {
    const wire = { events: await recordedEvents(request), cookiePrefix: config.COOKIE_PREFIX }
    return reply.page(ThiefPage({ frame: request.pageFrame('thief'), loot, tried, ...wire }))
  }

  app.get('/thief', pageRoute({ auth: 'optional' }), async (request, reply) => show(request, reply, lootOf(request)))

  app.post('/thief/begin', pageRoute({ auth: 'optional' }), async (request, reply) => {
    await countAttempt(request.ip, request.receivedAtMs)
    const earlier = lootOf(request)
    const recordingId = earlier?.recordingId ?? newTour(1).id
    if (!earlier) {
      // The seat works without a recording.
      await app.tour.traces.begin(recordingId, TOUR_TTL_SECONDS, request.receivedAtMs).catch((error: unknown) => {
        request.log.warn({ err: error }, 'could not start the recording of the thief’s seat')
      })
    }
    const loot = { ...(await steal(request)), recordingId, done: earlier?.done ?? '' }
    lootCookie.set(reply, formatLoot(loot), TOUR_TTL_SECONDS)
    return reply.redirect('/thief', 303)
  })

  app.post('/thief/try', pageRoute({ auth: 'optional', body: AttemptForm }), async (request, reply) => {
    const loot = lootOf(request)
    const attempt = ATTEMPTS.find(({ letter }) => letter === request.body.attempt)
    if (!loot || !attempt) return reply.redirect('/thief', 303)
    await countAttempt(request.ip, request.receivedAtMs)
    const sent = await attempt.run({
      loot,
      cookies,
      origins,
      send: (sending) => send(request, sending),
      ownToken: async () => (await steal(request)).token,
    })
    const shown = attempt.shown(sent)
    const done = shown && !loot.done.includes(attempt.letter) ? loot.done + attempt.letter : loot.done
    const next = { ...loot, ...(shown && attempt.endsSession ? await steal(request) : {}), done }
    lootCookie.set(reply, formatLoot(next), TOUR_TTL_SECONDS)
    return show(request, reply, next, { attempt, sent })
  })
}

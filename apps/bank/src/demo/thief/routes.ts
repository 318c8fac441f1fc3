import { type CookieScope, defineCookie } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { membersOf, newTour, TOUR_TTL_SECONDS, type TraceEvent } from '@signet/demo'
import { type App, callContext, pageRoute } from '@signet/service'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { recordedEvents } from '../wire/routes.js'
import { ATTEMPTS, type Seat } from './attempts.js'
import { formatLoot, LOOT_TTL_SECONDS, type Loot, readLoot } from './loot.js'
import { shortLivedTokenOf, stealFromMadeUpUser } from './made-up-user.js'
import { ThiefPage, type Tried } from './page.js'
import { type Sent, send } from './send.js'

export interface ThiefRoutesOptions {
  readonly db: BankDatabase
  readonly cookieScope: CookieScope
  /** First part of every cookie name. */
  readonly cookiePrefix: string
  readonly bankUrl: string
  readonly retirementUrl: string
  readonly bankInternalUrl: string
  readonly retirementInternalUrl: string
}

/** Seats and attempts of one address per minute: each may create a user and hash a password. */
const PER_MINUTE = 60

const AttemptForm = Type.Object({ attempt: Type.Union(ATTEMPTS.map(({ letter }) => Type.Literal(letter))) })

/** Registers `/thief`, a lab that uses stolen copies of a made-up user's cookies. Demo only. */
export async function thiefRoutes(app: App, options: ThiefRoutesOptions): Promise<void> {
  const { traces } = app.tour
  const { db, cookieScope, cookiePrefix, bankInternalUrl, retirementInternalUrl } = options
  // The other app must not receive the copies.
  const lootCookie = defineCookie('loot', { ...cookieScope, domain: undefined })
  const { token, refresh } = app.userSessions.cookies
  const cookies = { token: token.name, refresh: refresh.name }
  const origins = { bank: options.bankUrl, retirement: options.retirementUrl }
  const internalUrls = { bank: bankInternalUrl, retirement: retirementInternalUrl }
  const countAttempt = app.attempts.limitByAddress('thief:address', PER_MINUTE)

  const copies = (request: FastifyRequest) =>
    stealFromMadeUpUser(app, { db, bankInternalUrl, cookies }, callContext(request))
  async function steal(request: FastifyRequest): Promise<Pick<Loot, 'token' | 'shortLived' | 'refreshToken'>> {
    const stolen = await copies(request)
    return { ...stolen, shortLived: await shortLivedTokenOf(app, db, stolen.token) }
  }

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
    ownToken: async () => (await copies(request)).token,
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
        cookiePrefix,
      }),
    )
  }

  app.get('/thief', pageRoute({ auth: 'optional' }), async (request, reply) =>
    show(request, reply, readLoot(request.headers.cookie, lootCookie)),
  )

  app.post('/thief/begin', pageRoute({ auth: 'optional' }), async (request, reply) => {
    await countAttempt(request.ip)
    const earlier = readLoot(request.headers.cookie, lootCookie)
    const recordingId = earlier?.recordingId ?? newTour(1).id
    if (!earlier) await traces.begin(recordingId, TOUR_TTL_SECONDS).catch(cannotRecord(request))
    const loot = { ...(await steal(request)), recordingId, done: earlier?.done ?? '' }
    lootCookie.set(reply, formatLoot(loot), LOOT_TTL_SECONDS)
    return reply.redirect('/thief', 303)
  })

  app.post('/thief/try', pageRoute({ auth: 'optional', body: AttemptForm }), async (request, reply) => {
    const loot = readLoot(request.headers.cookie, lootCookie)
    const attempt = ATTEMPTS.find(({ letter }) => letter === request.body.attempt)
    if (!loot || !attempt) return reply.redirect('/thief', 303)
    await countAttempt(request.ip)
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
): TraceEvent => ({
  at,
  ms,
  service: to,
  instance: '',
  kind: 'probe',
  by,
  method,
  path,
  cookies: headers.cookie === undefined ? [] : [path === '/api/token/refresh' ? 'refresh' : 'token'],
  ...(username === null ? {} : { strategy: 'jwt' }),
  ...(code === null ? {} : { code }),
  asked: [],
  status: status ?? 0,
  set: [],
  cleared: [],
})

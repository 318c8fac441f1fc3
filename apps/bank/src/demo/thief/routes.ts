import { type CookieScope, defineCookie } from '@signet/auth/verifier'
import type { BankDatabase } from '@signet/bank-database'
import { demoAssetUrl, membersOf } from '@signet/demo'
import { type App, callContext } from '@signet/service'
import type { PageFrame } from '@signet/ui'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { ATTEMPTS, type Seat } from './attempts.js'
import { formatLoot, LOOT_TTL_SECONDS, type Loot, readLoot } from './loot.js'
import { shortLivedTokenOf, stealFromMadeUpUser } from './made-up-user.js'
import { ThiefPage, type Tried } from './page.js'
import { send } from './send.js'

export interface ThiefRoutesOptions {
  readonly db: BankDatabase
  readonly cookieScope: CookieScope
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
  const { db, cookieScope, bankInternalUrl, retirementInternalUrl } = options
  // The other app must not receive the copies.
  const lootCookie = defineCookie('loot', { ...cookieScope, domain: undefined })
  const { token, refresh } = app.userSessions.cookies
  const cookies = { token: token.name, refresh: refresh.name }
  const origins = { bank: options.bankUrl, retirement: options.retirementUrl }
  const internalUrls = { bank: bankInternalUrl, retirement: retirementInternalUrl }
  const countAttempt = app.attempts.limitByAddress('thief:address', PER_MINUTE)

  const copies = (request: FastifyRequest) =>
    stealFromMadeUpUser(app, { db, bankInternalUrl, cookies }, callContext(request))
  async function steal(request: FastifyRequest): Promise<Omit<Loot, 'done'>> {
    const stolen = await copies(request)
    return { ...stolen, shortLived: await shortLivedTokenOf(app, db, stolen.token) }
  }

  const seatOf = (request: FastifyRequest, loot: Loot): Seat => ({
    loot,
    cookies,
    origins,
    send: async (sending) => {
      const sent = await send(internalUrls[sending.to], sending, callContext(request))
      const answer = sent.status === undefined ? 'no response' : (sent.code ?? `${sent.status}, accepted`)
      request.noteAsked({ whom: sending.to, what: `${sending.method} ${sending.path}, ${sending.carries}`, answer })
      return sent
    },
    ownToken: async () => (await copies(request)).token,
  })

  const show = (request: FastifyRequest, reply: FastifyReply, loot: Loot | undefined, tried?: Tried) =>
    reply.page(
      ThiefPage({
        frame: frameOf(request),
        loot,
        username: String(membersOf(loot?.token ?? '', 'payload').username),
        tried,
      }),
    )

  app.get('/thief', { config: { auth: 'optional', page: true }, schema: { hide: true } }, async (request, reply) =>
    show(request, reply, readLoot(request.headers.cookie, lootCookie)),
  )

  app.post(
    '/thief/begin',
    { config: { auth: 'optional', page: true }, schema: { hide: true } },
    async (request, reply) => {
      await countAttempt(request.ip)
      const done = readLoot(request.headers.cookie, lootCookie)?.done ?? ''
      lootCookie.set(reply, formatLoot({ ...(await steal(request)), done }), LOOT_TTL_SECONDS)
      return reply.redirect('/thief', 303)
    },
  )

  app.post<{ Body: { attempt: string } }>(
    '/thief/try',
    { config: { auth: 'optional', page: true }, schema: { hide: true, body: AttemptForm } },
    async (request, reply) => {
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
    },
  )
}

function frameOf(request: FastifyRequest): PageFrame {
  const plain = request.pageFrame('thief')
  return {
    ...plain,
    path: '/thief',
    assets: { ...plain.assets, more: [...(plain.assets.more ?? []), demoAssetUrl('labs.css')] },
  }
}

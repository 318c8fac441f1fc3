import { setTimeout as delay } from 'node:timers/promises'
import { membersOf, type Verdict, withMember } from '@signet/demo'
import { cookieOf } from '../service-calls.js'
import type { Loot } from './loot.js'

type ServiceName = 'bank' | 'retirement'

/** A request of the thief, or of the user whose credentials were copied. */
export interface Sending {
  readonly by: 'thief' | 'user'
  readonly to: ServiceName
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** The request in words, for example `the copied token`. */
  readonly carries: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Sent extends Sending {
  readonly status: number
  /** Undefined when the service did not respond. */
  readonly verdict: Verdict | undefined
  readonly setCookies: readonly string[] | undefined
}

/** What an attempt can use. */
interface Seat {
  readonly loot: Loot
  /** Names of the services' cookies. */
  readonly cookies: { readonly token: string; readonly refresh: string }
  readonly origins: Readonly<Record<ServiceName, string>>
  send(sending: Sending): Promise<Sent>
  /** Returns a token of another made-up user, the thief's own. */
  ownToken(): Promise<string>
}

interface Details {
  readonly title: string
  readonly does: string
  readonly because: string
  /** The session of the copies is over afterwards. */
  readonly endsSession?: boolean
  run(seat: Seat): Promise<Sent[]>
  /** Whether the services answered as they promise. */
  shown(sent: readonly Sent[]): boolean
}

const BOTH = ['bank', 'retirement'] as const
const FOREIGN = 'https://thief.example'
const AGAIN_MS = 50
/** The promised sign-out propagation, and one second more. */
const GIVE_UP_MS = 3_000
/** The bank may accept a refresh token that was superseded only once or twice: another tab may have sent it. */
const RENEWALS = 3

const refusedBy = (sent: readonly Sent[], code: string): boolean =>
  BOTH.every((service) => sent.some((one) => one.to === service && one.by === 'thief' && one.verdict?.code === code))

const accepted = (sent: readonly Sent[]): Sent[] => sent.filter(({ verdict }) => verdict?.genuine)

const headersWith = ({ cookies }: Seat, ...tokens: string[]) => ({
  cookie: tokens.map((token) => `${cookies.token}=${token}`).join('; '),
})

/** Sends tokens to both services, which answer who the request is from. */
const who = (seat: Seat, carries: string, ...tokens: string[]): Promise<Sent[]> => {
  const headers = headersWith(seat, ...tokens)
  return Promise.all(BOTH.map((to) => seat.send({ by: 'thief', to, method: 'GET', path: '/api/me', carries, headers })))
}

/** Repeats a request until both services refuse it, for at most three seconds. */
async function untilRefused(seat: Seat): Promise<Sent[]> {
  const startedAt = performance.now()
  for (;;) {
    const sent = await who(seat, 'the copied token', seat.loot.token)
    const everywhere = sent.every(({ status }) => status === 401)
    if (everywhere || performance.now() - startedAt > GIVE_UP_MS) return sent
    await delay(AGAIN_MS)
  }
}

const renewAs = (seat: Seat, by: Sending['by'], refreshToken: string): Promise<Sent> =>
  seat.send({
    by,
    to: 'bank',
    method: 'POST',
    path: '/api/token/refresh',
    carries: by === 'thief' ? 'the copied refresh token' : 'the newest refresh token',
    headers: { cookie: `${seat.cookies.refresh}=${refreshToken}` },
  })

const DETAILS: readonly Details[] = [
  {
    title: 'Use the token',
    does: 'Sends the copied cookie to both apps.',
    because:
      'A copy works as well as the original. Therefore scripts cannot read the cookie, the token lives five minutes, and the user can revoke it.',
    run: (seat) => who(seat, 'the copied token', seat.loot.token),
    shown: (sent) => accepted(sent).length === BOTH.length,
  },
  {
    title: 'Change the token',
    does: 'Writes “admin” as the username and keeps the signature.',
    because: 'The signature covers every character. A new signature needs the key.',
    run: (seat) => who(seat, 'the changed token', withMember(seat.loot.token, 'payload', 'username', 'admin')),
    shown: (sent) => refusedBy(sent, 'token_signature_invalid'),
  },
  {
    title: 'Use an expired token',
    does: 'Sends an older copy, which has expired.',
    because: 'Each service compares the expiry with its own clock. The signature of an old token stays valid.',
    run: async (seat) => {
      const { shortLived } = seat.loot
      await delay(Math.max(0, Number(membersOf(shortLived, 'payload').exp) * 1000 - Date.now()))
      return who(seat, 'the expired token', shortLived)
    },
    shown: (sent) => refusedBy(sent, 'token_expired'),
  },
  {
    title: 'Plant a cookie',
    does: 'Plants garbage beside the user’s cookie, then a token of the thief’s own, as a sibling host could.',
    because:
      'The cookie that verifies is used, so garbage does not sign the user out. With two valid tokens of different sessions, no service guesses which one is meant.',
    run: async (seat) => [
      ...(await who(seat, 'garbage, then the copied token', 'garbage', seat.loot.token)),
      ...(await who(seat, 'the thief’s token and the copied token', await seat.ownToken(), seat.loot.token)),
    ],
    shown: (sent) => accepted(sent).length === BOTH.length && refusedBy(sent, 'token_malformed'),
  },
  {
    title: 'Post across sites',
    does: 'Sends forms with the user’s cookie from a foreign page and from the other app’s host.',
    because:
      'The browser says where a form comes from, and each service takes forms from its own pages only. SameSite alone would let a sibling host through.',
    run: async (seat) => {
      const post = (to: ServiceName, path: string, origin: string, site: string) => {
        const headers = { ...headersWith(seat, seat.loot.token), origin, 'sec-fetch-site': site }
        return seat.send({ by: 'thief', to, method: 'POST', path, carries: `Origin: ${origin}`, headers })
      }
      return [
        await post('bank', '/api/transfers', FOREIGN, 'cross-site'),
        await post('bank', '/api/transfers', seat.origins.retirement, 'same-site'),
        await post('retirement', '/api/logout', seat.origins.bank, 'same-site'),
      ]
    },
    shown: (sent) =>
      sent.every(({ verdict }) => verdict?.code === 'cross_site_request') && refusedBy(sent, 'cross_site_request'),
  },
  {
    title: 'Replay a refresh token',
    does: 'The user renews the session three times. Then you send the copied refresh token.',
    because:
      'Two clients have the same refresh token, so one of them is a thief. The bank revokes the session, and the user must sign in again.',
    endsSession: true,
    run: async (seat) => {
      const { refreshToken: copied } = seat.loot
      const renewals: Sent[] = []
      for (let newest = copied; renewals.length < RENEWALS; ) {
        const renewal = await renewAs(seat, 'user', newest)
        renewals.push(renewal)
        newest = cookieOf(renewal.setCookies, seat.cookies.refresh)
      }
      return [...renewals, await renewAs(seat, 'thief', copied), ...(await untilRefused(seat))]
    },
    shown: (sent) =>
      accepted(sent).length === RENEWALS &&
      sent.some(({ path, verdict }) => path === '/api/token/refresh' && verdict?.code === 'token_revoked') &&
      refusedBy(sent, 'token_revoked'),
  },
  {
    title: 'Use a copy after a sign-out',
    does: 'The user signs out at retirement. Then you send the copied token until both apps refuse it.',
    because:
      'Signing out revokes the session, and every app holds the bank’s list of revoked sessions. The signature alone would be valid for minutes.',
    endsSession: true,
    run: async (seat) => {
      const headers = headersWith(seat, seat.loot.token)
      const signOut = { method: 'POST', path: '/api/logout', carries: 'the user’s token', headers } as const
      return [await seat.send({ by: 'user', to: 'retirement', ...signOut }), ...(await untilRefused(seat))]
    },
    shown: (sent) => sent[0]?.status === 200 && refusedBy(sent, 'token_revoked'),
  },
]

/** The attempts in order, each with its letter in the cookie. */
export const ATTEMPTS = DETAILS.map((details, index) => ({ ...details, letter: 'abcdefg'.charAt(index) }))
export type Attempt = (typeof ATTEMPTS)[number]

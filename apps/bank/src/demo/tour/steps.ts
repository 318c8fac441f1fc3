import type { TraceEvent } from '@signet/demo'
import { TOUR_STEPS } from '@signet/demo'
import * as evidence from './evidence.js'

type StrategyName = 'jwt' | 'session' | 'shared-session'

/** What a person does: a link into one of the apps, or a form that one of them takes. */
export type TourAction =
  | { readonly kind: 'link'; readonly label: string; readonly app: 'bank' | 'retirement'; readonly path: string }
  | { readonly kind: 'sign-in'; readonly label: string; readonly strategy: StrategyName; readonly returnTo: string }
  | { readonly kind: 'expire'; readonly label: string }

export interface TourStep {
  readonly title: string
  /** What this step is about. */
  readonly lead: string
  /** What to do. */
  readonly task: string
  readonly actions: readonly TourAction[]
  /** What it meant, said once it has been seen. */
  readonly meaning: string | ((events: readonly TraceEvent[]) => string)
  /** Where it stands: from the root of the repository. */
  readonly code: readonly { readonly path: string; readonly what: string }[]
  readonly evidence: evidence.Evidence
  /** A figure that the evidence shows. */
  readonly figure?: { readonly label: string; readonly of: (events: readonly TraceEvent[]) => string }
}

const step = (number: number, rest: Omit<TourStep, 'title'>): TourStep => ({
  title: TOUR_STEPS[number - 1] ?? '',
  ...rest,
})

/** The guided tour. Titles are shared with retirement, which names the step on its pages. */
export const STEPS: readonly TourStep[] = [
  step(1, {
    lead: 'The usual way here: a password once, and then a token that the bank has signed.',
    task: 'The button fills in the bank’s own sign-in form for Ada and sends it. You arrive at her accounts; the bar above every page brings you back.',
    actions: [{ kind: 'sign-in', label: 'Sign in as Ada with a token', strategy: 'jwt', returnTo: '/' }],
    meaning:
      'The bank looked at the password once and answered with two cookies. The token says who you are, is signed, and goes to every host below the parent domain. The refresh token renews it and goes to the bank alone.',
    code: [
      { path: 'apps/bank/src/sign-in/routes.ts', what: 'from the form to the cookies' },
      { path: 'packages/auth/src/plugins/issuing.ts', what: 'the token is signed' },
      { path: 'packages/auth/src/cookies.ts', what: 'which flags a cookie has, and why' },
    ],
    evidence: evidence.signedInByToken,
  }),
  step(2, {
    lead: 'Another host, another process, another database. It has never seen you.',
    task: 'Go there, and look at the top of the page: it greets you by name and asks for nothing. “Under the hood”, at its foot, says how this very request was recognised.',
    actions: [{ kind: 'link', label: 'Go to retirement', app: 'retirement', path: '/' }],
    meaning:
      'The browser sent the token along, because its cookie belongs to the parent domain. Retirement checked the signature by itself: no call to the bank, no database, no second sign-in.',
    code: [
      { path: 'packages/auth/src/plugins/authentication.ts', what: 'everybody is recognised here' },
      { path: 'apps/retirement/src/app.ts', what: 'a service without the power to sign' },
    ],
    evidence: evidence.handedOver,
  }),
  step(3, {
    lead: 'The old way: the server remembers you, and the cookie is only a number.',
    task: 'Sign in again, this time remembered in the memory of the bank’s process.',
    actions: [{ kind: 'sign-in', label: 'Sign in with a session', strategy: 'session', returnTo: '/' }],
    meaning: (events) =>
      `The session cookie says nothing about you. It is a number under which one process of the bank wrote down who you are. ${
        evidence.landedElsewhere(events)
          ? 'Your next request landed on another replica of the bank, which does not know that number: you were signed out, by chance.'
          : 'There, all is well.'
      }`,
    code: [
      { path: 'packages/auth/src/strategies/server-session.ts', what: 'sign-ins that a server remembers' },
      { path: 'packages/auth/src/strategies/memory-store.ts', what: 'the memory of one process' },
    ],
    evidence: evidence.signedInBySession,
  }),
  step(4, {
    lead: 'The same browser, the same cookie domain: now go to retirement with the session.',
    task: 'Retirement receives the cookie. See what it can do with it.',
    actions: [{ kind: 'link', label: 'Go to retirement with it', app: 'retirement', path: '/' }],
    meaning:
      'The cookie arrived, and meant nothing: what it points to is in the memory of another process. A second replica of the bank, or the bank after a restart, would say the same.',
    code: [
      { path: 'packages/auth/src/strategies/server-session.ts', what: 'session_unknown is said here' },
      { path: 'packages/service/src/pages/sign-in-link.ts', what: 'the way to the sign-in page, with the reason' },
    ],
    evidence: evidence.sessionUnknown,
  }),
  step(5, {
    lead: 'The usual repair: keep the sessions where every server can look them up.',
    task: 'Sign in with a session in the shared store, then follow Retirement in the top bar.',
    actions: [
      { kind: 'sign-in', label: 'Sign in with a shared session', strategy: 'shared-session', returnTo: '/' },
      { kind: 'link', label: 'Go to retirement', app: 'retirement', path: '/' },
    ],
    meaning:
      'It works at both, and both had to ask the store, at this request and at every other. The store is now part of every page: when it is slow, everything is; when it is down, nobody is recognised.',
    code: [
      { path: 'packages/service/src/stores/session-store.ts', what: 'Redis or PostgreSQL' },
      { path: 'packages/service/src/stores/session-strategies.ts', what: 'both ways to keep a session' },
    ],
    evidence: evidence.sharedSessionAtBoth,
  }),
  step(6, {
    lead: 'Back to the token, which asks nobody. It can, because everything is in it.',
    task: 'Sign in with the token again; it leads to a page that opens it up. Everything there was decoded without any key.',
    actions: [{ kind: 'sign-in', label: 'Sign in and open the token', strategy: 'jwt', returnTo: '/token' }],
    meaning:
      'Anybody who holds a token can read it, so nothing secret is in it. What nobody else can do is make one: that takes the key.',
    code: [
      { path: 'packages/auth/src/tokens/access-token.ts', what: 'what is in a token, and how it is checked' },
      { path: 'packages/demo/src/token-lab/routes.ts', what: 'the page that opens it' },
    ],
    evidence: evidence.tokenOpened,
  }),
  step(7, {
    lead: 'Ada’s token, with Grace’s name in it. The signature stays what it was.',
    task: 'The button changes one claim and puts the token to the real verifiers of both services, beside an untouched one. Then try others, or type your own.',
    actions: [
      {
        kind: 'link',
        label: 'Change the name and ask both services',
        app: 'bank',
        path: '/token?exhibit=changed-payload',
      },
    ],
    meaning:
      'The signature is computed over the very characters of the token. One other character, and it is wrong, at every service that holds the key, with nobody asked.',
    code: [
      { path: 'packages/auth/src/tokens/verify-token.ts', what: 'key and signature are checked' },
      { path: 'packages/auth/src/tokens/canonical-encoding.ts', what: 'why a token has one encoding' },
    ],
    evidence: evidence.changedTokenRefused,
  }),
  step(8, {
    lead: 'Retirement can check what the bank signs. Can it also sign?',
    task: 'Press “Let retirement try” there: it makes a token for somebody who does not exist, and asks the bank who that is.',
    actions: [{ kind: 'link', label: 'Go and let retirement try', app: 'retirement', path: '/who-may-sign' }],
    meaning:
      'With one shared secret, whoever can check can also sign, and the bank cannot tell the difference. With a key pair the same attempt fails: retirement then holds the public half alone.',
    code: [
      { path: 'apps/retirement/src/demo/who-may-sign/forge.ts', what: 'the attempt' },
      { path: 'packages/auth/src/keys/ring.ts', what: 'the keys, and which of them sign' },
      { path: 'docs/keys.md', what: 'changing to key pairs' },
    ],
    evidence: evidence.forgeryTried,
  }),
  step(9, {
    lead: 'A token cannot be called back, so it lives for minutes. Staying signed in is the refresh token’s work.',
    task: 'To save you five minutes, the button gives you a token that lives one second, waits until that is over, and sends you to retirement with it.',
    actions: [{ kind: 'expire', label: 'Let my token expire, then go to retirement' }],
    meaning:
      'Retirement refused the expired token and led you to the bank, which took the refresh token, changed both cookies for new ones and led you back. You saw a page, and none of that.',
    code: [
      { path: 'packages/auth/src/refresh/rotate.ts', what: 'a refresh token is used once; twice is theft' },
      { path: 'apps/bank/src/sessions/renew.ts', what: 'a sign-in is renewed on the way' },
      { path: 'packages/auth/src/lifetimes.ts', what: 'how long anything lives' },
    ],
    evidence: evidence.renewed,
  }),
  step(10, {
    lead: 'Signing out at one app ends the sign-in in both, and in every copy of the token.',
    task: 'Go to retirement and press “Sign out” at the top. While you do, the service keeps a copy of your token, as a thief would, and tries it at both services until they refuse it.',
    actions: [{ kind: 'link', label: 'Go to retirement, to sign out there', app: 'retirement', path: '/' }],
    meaning:
      'Retirement told the bank, and the cookies went. The copy was genuine and not expired; it was refused as soon as each service had renewed the list of ended sign-ins, which each does every second.',
    code: [
      { path: 'apps/retirement/src/sign-out/routes.ts', what: 'ending what another service began' },
      { path: 'packages/auth/src/revocation/follow.ts', what: 'how a sign-out arrives everywhere' },
      { path: 'packages/demo/src/tour/probe-copies.ts', what: 'how this was measured' },
    ],
    evidence: evidence.signedOutEverywhere,
    figure: {
      label: 'From your sign-out until no service took the copy',
      of: (events) => `${evidence.msUntilRefusedEverywhere(events)} ms`,
    },
  }),
]

import type { TraceEvent } from '@signet/demo'
import { TOUR_STEPS } from '@signet/demo'
import * as evidence from './evidence.js'

type StrategyName = 'jwt' | 'session' | 'shared-session'

/** What the user does: follows a link into an app, or sends one of its forms. */
export type TourAction =
  | {
      readonly kind: 'link'
      readonly label: string
      readonly app: 'bank' | 'retirement'
      readonly path: string
      /** The page needs a token: a user without one signs in on the way. */
      readonly needsToken?: boolean
    }
  | { readonly kind: 'sign-in'; readonly label: string; readonly strategy: StrategyName; readonly returnTo: string }
  | { readonly kind: 'expire'; readonly label: string }

/** Returns what a user without a token does instead. */
export const withSignIn = (action: TourAction): TourAction =>
  action.kind === 'link' && action.needsToken
    ? { kind: 'sign-in', label: action.label, strategy: 'jwt', returnTo: action.path }
    : action

export interface TourStep {
  readonly title: (typeof TOUR_STEPS)[number]
  /** What this step is about. */
  readonly lead: string
  /** What to do. */
  readonly task: string
  readonly actions: readonly TourAction[]
  /** Explains the step once it is completed. */
  readonly meaning: string | ((events: readonly TraceEvent[]) => string)
  /** Paths from the root of the repository. */
  readonly code: readonly { readonly path: string; readonly what: string }[]
  readonly evidence: evidence.Evidence
  /** A figure taken from the evidence. */
  readonly figure?: { readonly label: string; readonly of: (events: readonly TraceEvent[]) => string }
  /** A later step that a user in a hurry can go to. */
  readonly shortcut?: { readonly label: string; readonly step: number }
}

function step(number: number, rest: Omit<TourStep, 'title'>): TourStep {
  const title = TOUR_STEPS[number - 1]
  if (!title) throw new TypeError(`step ${number} has no title`)
  return { title, ...rest }
}

/** The steps of the tour. Their titles are in packages/demo, because retirement shows them too. */
export const STEPS: readonly TourStep[] = [
  step(1, {
    lead: 'You type your password once. Then the bank gives your browser a signed token.',
    task: 'The button sends the bank’s sign-in form for Ada. You see her accounts. The bar above every page leads back here.',
    actions: [{ kind: 'sign-in', label: 'Sign in as Ada with a token', strategy: 'jwt', returnTo: '/' }],
    meaning:
      'The bank verified the password once and set two cookies. The signed token says who you are, and the browser sends it to every host below the parent domain. The refresh token renews it, and the browser sends it to the bank only.',
    code: [
      { path: 'apps/bank/src/sign-in/routes.ts', what: 'handles the form and sets the cookies' },
      { path: 'packages/auth/src/plugins/issuing.ts', what: 'signs the token' },
      { path: 'packages/auth/src/cookies.ts', what: 'sets the cookie attributes' },
    ],
    evidence: evidence.signedInByToken,
  }),
  step(2, {
    lead: 'Retirement is another host, another process and another database. You have never signed in there.',
    task: 'Open retirement and look at the top of the page. “Under the hood” in the footer shows how that request was authenticated.',
    actions: [{ kind: 'link', label: 'Go to retirement', app: 'retirement', path: '/' }],
    meaning:
      'The browser sent the token because its cookie is set for the parent domain. Retirement verified the signature itself. It needed no call to the bank, no database query and no second sign-in.',
    code: [
      { path: 'packages/auth/src/plugins/authentication.ts', what: 'authenticates every request' },
      { path: 'apps/retirement/src/app.ts', what: 'assembles a service that only verifies' },
    ],
    evidence: evidence.handedOver,
  }),
  step(3, {
    lead: 'The classic approach: the server keeps your session, and the browser keeps a cookie.',
    task: 'Sign in again. This time the bank keeps your session in the memory of one process.',
    actions: [{ kind: 'sign-in', label: 'Sign in with a memory session', strategy: 'session', returnTo: '/' }],
    meaning: (events) =>
      `The session cookie is a random id and says nothing about you. One process of the bank keeps your identity under that id. ${
        evidence.landedElsewhere(events)
          ? 'Your next request reached another replica of the bank, which does not have the session. That replica asked you to sign in again.'
          : 'Your next request reached the same process, which found the session.'
      }`,
    code: [
      { path: 'packages/auth/src/strategies/server-session.ts', what: 'implements both session strategies' },
      { path: 'packages/auth/src/strategies/memory-store.ts', what: 'keeps sessions in the memory of one process' },
    ],
    evidence: evidence.signedInBySession,
  }),
  step(4, {
    lead: 'The browser and the cookie domain are the same. Now open retirement with the session.',
    task: 'Open retirement and see how it responds to the session cookie.',
    actions: [{ kind: 'link', label: 'Go to retirement with the session', app: 'retirement', path: '/' }],
    meaning:
      'Retirement received the cookie, but the session is in the memory of another process. A second replica of the bank would respond the same, and so would the bank after a restart.',
    code: [
      { path: 'packages/auth/src/strategies/server-session.ts', what: 'refuses the session as session_unknown' },
      { path: 'packages/service/src/pages/sign-in-link.ts', what: 'redirects to the sign-in page with the reason' },
    ],
    evidence: evidence.sessionUnknown,
    shortcut: { label: 'Short of time? See a token refused', step: 7 },
  }),
  step(5, {
    lead: 'The usual solution: keep the sessions in a store that every server can query.',
    task: 'Sign in with a shared session, then choose Retirement in the top bar.',
    actions: [
      { kind: 'sign-in', label: 'Sign in with a shared session', strategy: 'shared-session', returnTo: '/' },
      { kind: 'link', label: 'Go to retirement', app: 'retirement', path: '/' },
    ],
    meaning:
      'Both apps accepted the session, and both queried the store. They do so for every request. When the store is slow, every page is slow. When it is down, no user can be authenticated.',
    code: [
      { path: 'packages/service/src/stores/session-store.ts', what: 'keeps sessions in Redis or PostgreSQL' },
      {
        path: 'packages/service/src/stores/session-strategies.ts',
        what: 'creates the session strategies of both apps',
      },
    ],
    evidence: evidence.sharedSessionAtBoth,
  }),
  step(6, {
    lead: 'A token needs no lookup, because it contains everything that a verifier needs.',
    task: 'Sign in with a token again and inspect it.',
    actions: [{ kind: 'sign-in', label: 'Sign in and inspect the token', strategy: 'jwt', returnTo: '/token' }],
    meaning: 'Anyone who has a token can read it, so it contains no secret. Only the holder of the key can create one.',
    code: [
      { path: 'packages/auth/src/tokens/access-token.ts', what: 'defines the claims and their checks' },
      { path: 'packages/demo/src/token-lab/routes.ts', what: 'shows the token page' },
    ],
    evidence: evidence.tokenOpened,
  }),
  step(7, {
    lead: 'Put Grace’s name into Ada’s token and keep the signature.',
    task: 'The button changes one claim. Then both services verify the changed token and the unchanged one. You can also try other changes.',
    actions: [
      {
        kind: 'link',
        label: 'Change the name and verify at both services',
        app: 'bank',
        path: '/token?exhibit=changed-payload',
        needsToken: true,
      },
    ],
    meaning:
      'The signature covers every character of header and payload. After any change it is invalid at every service that holds the key. The services detect this without calling each other.',
    code: [
      { path: 'packages/auth/src/tokens/verify-token.ts', what: 'verifies key and signature' },
      { path: 'packages/auth/src/tokens/canonical-encoding.ts', what: 'accepts one encoding per token' },
    ],
    evidence: evidence.changedTokenRefused,
  }),
  step(8, {
    lead: 'Retirement can verify the bank’s tokens. Can it also create one?',
    task: 'Choose “Forge a token” there. Retirement creates a token for a user who does not exist, and sends it to the bank.',
    actions: [{ kind: 'link', label: 'Go to the forgery page', app: 'retirement', path: '/who-may-sign' }],
    meaning:
      'With a shared secret, a service that can verify can also sign, and the bank accepts its tokens. With a key pair the attempt fails, because retirement has only the public key.',
    code: [
      { path: 'apps/retirement/src/demo/who-may-sign/forge.ts', what: 'forges the token' },
      { path: 'packages/auth/src/keys/ring.ts', what: 'holds the keys and selects the one that signs' },
      { path: 'docs/keys.md', what: 'explains how to change to key pairs' },
    ],
    evidence: evidence.forgeryTried,
  }),
  step(9, {
    lead: 'An issued token cannot be changed, so it lives five minutes. The refresh token keeps you signed in for longer.',
    task: 'The button issues a token that lives one second, waits until it has expired, and sends you to retirement.',
    actions: [{ kind: 'expire', label: 'Let my token expire, then go to retirement' }],
    meaning:
      'Retirement refused the expired token and redirected you to the bank. The bank used the refresh token, renewed both cookies and redirected you back. You saw only the page that you asked for.',
    code: [
      { path: 'packages/auth/src/refresh/rotate.ts', what: 'rotates refresh tokens and detects reuse' },
      { path: 'packages/auth/src/sessions/renew.ts', what: 'renews the session' },
      { path: 'packages/auth/src/lifetimes.ts', what: 'defines all lifetimes' },
    ],
    evidence: evidence.renewed,
  }),
  step(10, {
    lead: 'You are signed in at both apps. Sign out at one of them, while an attacker has a copy of your token.',
    task: 'Open the bank in a second window, beside this one. Then go to retirement and choose “Sign out”: the second window hides its page. The demo also keeps a copy of your token, as an attacker would. It sends the copy to both services until they refuse it.',
    actions: [{ kind: 'link', label: 'Go to retirement to sign out', app: 'retirement', path: '/' }],
    meaning:
      'Retirement notified the bank, and your cookies were cleared. The copied token had a valid signature and had not expired. The bank sent the new status list to retirement at once, because retirement keeps a request open for it. Then both refused the copy.',
    code: [
      { path: 'apps/retirement/src/sign-out/routes.ts', what: 'asks the bank to revoke the session' },
      { path: 'packages/auth/src/revocation/follow.ts', what: 'follows the bank’s status lists' },
      { path: 'packages/demo/src/tour/probe-copies.ts', what: 'measures the sign-out propagation' },
    ],
    evidence: evidence.signedOutEverywhere,
    figure: {
      label: 'Sign-out propagation to both services',
      of: (events) => `${evidence.msUntilRefusedEverywhere(events)} ms`,
    },
  }),
  step(11, {
    lead: 'A passkey replaces the password. Its private key stays on your device or in your password manager.',
    task: 'Open an account of your own and add a passkey under Security. Then sign out and choose “Use a passkey”: your device asks for your fingerprint, face or PIN. This step needs JavaScript and a browser with passkeys.',
    actions: [{ kind: 'link', label: 'Open an account of your own', app: 'bank', path: '/register' }],
    meaning:
      'Your device signed a challenge of the bank together with the address of the page. The bank verified the signature with your public key. No secret left your device. Retirement accepts the same kind of token as before, and it says that you used a passkey.',
    code: [
      { path: 'packages/auth/src/passkeys/challenge.ts', what: 'creates challenges that work once' },
      { path: 'packages/auth/src/passkeys/verify-assertion.ts', what: 'verifies the signature of the passkey' },
      { path: 'packages/ui/assets/passkey.js', what: 'asks the browser for the signature' },
    ],
    evidence: evidence.signedInByPasskey,
  }),
]

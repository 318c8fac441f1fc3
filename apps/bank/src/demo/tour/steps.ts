import { TOUR_STEPS, type TraceEvent } from '@signet/demo'
import * as evidence from './evidence.js'
import { QUESTIONS } from './questions.js'

const { has, inOrder, shows, signsIn } = evidence

/** What the user does: follows a link into an app, or sends a form that leads there. */
export interface TourAction {
  readonly label: string
  readonly app: 'bank' | 'retirement'
  readonly path: string
  /** Signs in with this strategy first. */
  readonly strategy?: 'jwt' | 'session' | 'shared-session'
  /** The page needs a token: a user without one signs in on the way. */
  readonly needsToken?: boolean
  /** Lets the token expire first. */
  readonly expires?: boolean
}

interface Details {
  /** What this step is about. */
  readonly lead: string
  /** What to do. */
  readonly task: string
  readonly actions: readonly TourAction[]
  /** Explains the step once it is completed. */
  readonly meaning: string | ((events: readonly TraceEvent[]) => string)
  /** What the code does, by its path from the root of the repository. */
  readonly code: Readonly<Record<string, string>>
  readonly evidence: evidence.Evidence
  /** A figure taken from the evidence. */
  readonly figure?: { readonly label: string; readonly of: (events: readonly TraceEvent[]) => string }
  /** Where to go after the step, beside the next one. */
  readonly onward?: readonly { readonly label: string; readonly href: string }[]
}

/** The steps by their titles. These are in packages/demo, because retirement shows them too. */
const DETAILS: Readonly<Record<(typeof TOUR_STEPS)[number], Details>> = {
  'Sign in at the bank': {
    lead: 'You type your password once. Then the bank gives your browser a signed token.',
    task: 'The button sends the bank’s sign-in form for Ada. You see her accounts. The bar above every page leads back here.',
    actions: [{ label: 'Sign in as Ada with a token', app: 'bank', path: '/', strategy: 'jwt' }],
    meaning:
      'The bank verified the password once and set two cookies. The signed token says who you are, and the browser sends it to every host below the parent domain. The refresh token renews it, and the browser sends it to the bank only.',
    code: {
      'apps/bank/src/sign-in/routes.ts': 'handles the form and sets the cookies',
      'packages/auth/src/plugins/issuing.ts': 'signs the token',
      'packages/auth/src/cookies.ts': 'sets the cookie attributes',
    },
    evidence: inOrder([signsIn('token')], shows('jwt', { service: 'bank' })),
  },
  'Open retirement without a second sign-in': {
    lead: 'Retirement is another host, another process and another database. You have never signed in there.',
    task: 'Open retirement and look at the top of the page. “Under the hood” in the footer shows how that request was authenticated.',
    actions: [{ label: 'Go to retirement', app: 'retirement', path: '/' }],
    meaning:
      'The browser sent the token because its cookie is set for the parent domain. Retirement verified the signature itself. It needed no call to the bank, no database query and no second sign-in.',
    code: {
      'packages/auth/src/plugins/authentication.ts': 'authenticates every request',
      'apps/retirement/src/app.ts': 'assembles a service that only verifies',
    },
    evidence: inOrder([shows('jwt', { service: 'retirement' })]),
  },
  'Sign in with a memory session': {
    lead: 'The classic approach: the server keeps your session, and the browser keeps a cookie.',
    task: 'Sign in again. This time the bank keeps your session in the memory of one process.',
    actions: [{ label: 'Sign in with a memory session', app: 'bank', path: '/', strategy: 'session' }],
    meaning: (events) =>
      `The session cookie is a random id and says nothing about you. One process of the bank keeps your identity under that id. ${
        events.some(has({ service: 'bank', kind: 'request', code: 'session_unknown' }))
          ? 'Your next request reached another replica of the bank, which does not have the session. That replica asked you to sign in again.'
          : 'Your next request reached the same process, which found the session.'
      }`,
    code: {
      'packages/auth/src/strategies/server-session.ts': 'implements both session strategies',
      'packages/auth/src/strategies/memory-store.ts': 'keeps sessions in the memory of one process',
    },
    // The next page at the bank, even if its process did not have the session.
    evidence: inOrder([signsIn('session')], has({ service: 'bank', kind: 'request', method: 'GET', sends: 'session' })),
  },
  'Open retirement with the memory session': {
    lead: 'The browser and the cookie domain are the same. Now open retirement with the session.',
    task: 'Open retirement and see how it responds to the session cookie.',
    actions: [{ label: 'Go to retirement with the session', app: 'retirement', path: '/' }],
    meaning:
      'Retirement received the cookie, but the session is in the memory of another process. A second replica of the bank would respond the same, and so would the bank after a restart.',
    code: {
      'packages/auth/src/strategies/server-session.ts': 'refuses the session as session_unknown',
      'packages/service/src/pages/sign-in-link.ts': 'redirects to the sign-in page with the reason',
    },
    evidence: inOrder(
      [has({ service: 'retirement', kind: 'request', code: 'session_unknown', sends: 'session' })],
      has({ service: 'bank', kind: 'request', path: '/sign-in' }),
    ),
    onward: [{ label: 'Short of time? See a token refused', href: '/tour/7' }],
  },
  'Sign in with a shared session': {
    lead: 'The usual solution: keep the sessions in a store that every server can query.',
    task: 'Sign in with a shared session, then choose Retirement in the top bar.',
    actions: [
      { label: 'Sign in with a shared session', app: 'bank', path: '/', strategy: 'shared-session' },
      { label: 'Go to retirement', app: 'retirement', path: '/' },
    ],
    meaning:
      'Both apps accepted the session, and both queried the store. They do so for every request. When the store is slow, every page is slow. When it is down, no user can be authenticated.',
    code: {
      'packages/service/src/stores/session-strategies.ts':
        'creates the session strategies of both apps, with sessions in Redis or PostgreSQL',
    },
    evidence: evidence.sharedSessionAtBoth,
  },
  'Inspect the token': {
    lead: 'A token needs no lookup, because it contains everything that a verifier needs.',
    task: 'Sign in with a token again and inspect it.',
    actions: [{ label: 'Sign in and inspect the token', app: 'bank', path: '/token', strategy: 'jwt' }],
    meaning: 'Anyone who has a token can read it, so it contains no secret. Only the holder of the key can create one.',
    code: {
      'packages/auth/src/tokens/access-token.ts': 'defines the claims and their checks',
      'packages/demo/src/token-lab/routes.ts': 'shows the token page',
    },
    evidence: inOrder([shows('jwt', { path: '/token' })]),
  },
  'Change the token': {
    lead: 'Put Grace’s name into Ada’s token and keep the signature.',
    task: 'The button changes one claim. Then both services verify the changed token and the unchanged one. You can also try other changes.',
    actions: [
      {
        label: 'Change the name and verify at both services',
        app: 'bank',
        path: '/token?exhibit=changed-payload',
        needsToken: true,
      },
    ],
    meaning:
      'The signature covers every character of header and payload. After any change it is invalid at every service that holds the key. The services detect this without calling each other.',
    code: {
      'packages/auth/src/tokens/verify-token.ts': 'verifies key and signature',
      'packages/auth/src/tokens/canonical-encoding.ts': 'accepts one encoding per token',
    },
    evidence: inOrder([evidence.refusedByBoth]),
  },
  'Forge a token': {
    lead: 'Retirement can verify the bank’s tokens. Can it also create one?',
    task: 'Choose “Forge a token” there. Retirement creates a token for a user who does not exist, and sends it to the bank.',
    actions: [{ label: 'Go to the forgery page', app: 'retirement', path: '/who-may-sign' }],
    meaning:
      'With a shared secret, a service that can verify can also sign, and the bank accepts its tokens. With a key pair the attempt fails, because retirement has only the public key.',
    code: {
      'apps/retirement/src/demo/who-may-sign/forge.ts': 'forges the token',
      'packages/auth/src/keys/ring.ts': 'holds the keys and selects the one that signs',
      'docs/keys.md': 'explains how to change to key pairs',
    },
    evidence: inOrder([({ path, method, asked }) => path === '/who-may-sign' && method === 'POST' && asked.length > 0]),
  },
  'Let the token expire': {
    lead: 'An issued token cannot be changed, so it lives five minutes. The refresh token keeps you signed in for longer.',
    task: 'The button issues a token that lives one second, waits until it has expired, and sends you to retirement.',
    actions: [{ label: 'Let my token expire, then go to retirement', app: 'retirement', path: '/', expires: true }],
    meaning:
      'Retirement refused the expired token and redirected you to the bank. The bank used the refresh token, renewed both cookies and redirected you back. You saw only the page that you asked for.',
    code: {
      'packages/auth/src/refresh/rotate.ts': 'rotates refresh tokens and detects reuse',
      'packages/auth/src/sessions/renew.ts': 'renews the session',
      'packages/auth/src/lifetimes.ts': 'defines all lifetimes',
    },
    evidence: evidence.renewed,
  },
  'Sign out everywhere': {
    lead: 'You are signed in at both apps. Sign out at one of them, while an attacker has a copy of your token.',
    task: 'Open the bank in a second window, beside this one. Then go to retirement and choose “Sign out”: the second window hides its page. The demo also keeps a copy of your token, as an attacker would. It sends the copy to both services until they refuse it.',
    actions: [{ label: 'Go to retirement to sign out', app: 'retirement', path: '/' }],
    meaning:
      'Retirement notified the bank, and your cookies were cleared. The copied token had a valid signature and had not expired. The bank sent the new status list to retirement at once, because retirement keeps a request open for it. Then both refused the copy.',
    code: {
      'apps/retirement/src/sign-out/routes.ts': 'asks the bank to revoke the session',
      'packages/auth/src/revocation/follow.ts': 'follows the bank’s status lists',
      'packages/demo/src/tour/probe-copies.ts': 'measures the sign-out propagation',
    },
    evidence: evidence.signedOutEverywhere,
    figure: {
      label: 'Sign-out propagation to both services',
      of: (events) => `${Math.max(...events.filter(has({ kind: 'probe', status: 401 })).map(({ ms }) => ms))} ms`,
    },
  },
  'Sign in without a password': {
    lead: 'A passkey replaces the password. Its private key stays on your device or in your password manager.',
    task: 'Open an account of your own and add a passkey under Security. Then sign out and choose “Use a passkey”: your device asks for your fingerprint, face or PIN. This step needs JavaScript and a browser with passkeys.',
    actions: [{ label: 'Open an account of your own', app: 'bank', path: '/register' }],
    meaning:
      'Your device signed a challenge of the bank together with the address of the page. The bank verified the signature with your public key. No secret left your device. Retirement accepts the same kind of token as before, and it says that you used a passkey.',
    code: {
      'packages/auth/src/passkeys/challenge.ts': 'creates challenges that work once',
      'packages/auth/src/passkeys/verify-assertion.ts': 'verifies the signature of the passkey',
      'packages/ui/assets/passkey.js': 'asks the browser for the signature',
    },
    // The challenge and the response to it.
    evidence: inOrder(
      [
        has({ path: '/api/login/passkey/options', status: 200 }),
        has({ service: 'bank', method: 'POST', path: '/sign-in/passkey', sets: 'token' }),
      ],
      shows('jwt'),
    ),
    onward: [
      { label: 'Compare the three approaches', href: '/compare' },
      { label: 'Take the thief’s seat', href: '/thief' },
      { label: 'All steps', href: '/tour' },
    ],
  },
}

export const STEPS = TOUR_STEPS.map((title) => ({ title, ...DETAILS[title], question: QUESTIONS[title] }))

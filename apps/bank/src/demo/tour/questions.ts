import type { TOUR_STEPS, TraceEvent } from '@signet/demo'

export interface Question {
  readonly text: string
  /** Two or three answers. */
  readonly answers: readonly string[]
  /** The index of the right answer, once the step is completed. */
  readonly right: (events: readonly TraceEvent[]) => number
  /** Explains the right answer in a sentence or two. */
  readonly because: (events: readonly TraceEvent[]) => string
}

type Title = (typeof TOUR_STEPS)[number]

const question = (text: string, answers: readonly string[], right: number, because: string): Question => ({
  text,
  answers,
  right: () => right,
  because: () => because,
})

const bankAccepted = (events: readonly TraceEvent[]): boolean =>
  events.some(({ asked }) => asked.some(({ whom, answer }) => whom === 'bank' && answer.startsWith('200')))

/** What each step asks before it shows what happened. */
export const QUESTIONS: Readonly<Record<Title, Question>> = {
  'Sign in at the bank': question(
    'How often will Ada type her password for both apps?',
    ['Once', 'Once per app'],
    0,
    'The bank checks the password and signs a token. Retirement never sees the password.',
  ),
  'Open retirement without a second sign-in': question(
    'Will retirement know you?',
    ['Yes, without a call to the bank', 'Yes, after a call to the bank', 'No, it will ask for a password'],
    0,
    'The browser sends the signed token, and retirement verifies the signature with its own key.',
  ),
  'Sign in with a memory session': question(
    'What will the session cookie contain?',
    ['Your name and a signature', 'A random id'],
    1,
    'The id means nothing without the memory of the process that created it.',
  ),
  'Open retirement with the memory session': question(
    'Will retirement know this session?',
    ['Yes, the browser sends it the cookie', 'No, only one process of the bank does'],
    1,
    'The cookie arrived at retirement, but the session stayed in the memory of a bank process.',
  ),
  'Sign in with a shared session': question(
    'Both apps will know this session. What does each page cost?',
    ['Nothing more', 'A lookup in the shared store'],
    1,
    'The cookie is only an id, so each app must look up who it belongs to.',
  ),
  'Inspect the token': question(
    'Who can read your token?',
    ['Only services with the key', 'Anyone who has a copy'],
    1,
    'A token is signed, not encrypted. The key is needed to sign it, not to read it.',
  ),
  'Change the token': question(
    'Which service will accept the changed token?',
    ['Both', 'Only the bank', 'Neither'],
    2,
    'The signature covers every character, and each service verifies it.',
  ),
  'Forge a token': {
    text: 'Can retirement sign a token that the bank accepts?',
    answers: ['Yes', 'No'],
    right: (events) => (bankAccepted(events) ? 0 : 1),
    because: (events) =>
      bankAccepted(events)
        ? 'Both services share one secret, and that secret signs as well as it verifies.'
        : 'Retirement has only the public key, which verifies and cannot sign.',
  },
  'Let the token expire': question(
    'Your token will expire. What will you see?',
    ['The sign-in page', 'An error', 'The page that you asked for'],
    2,
    'The bank renews the token with the refresh token, in one redirect that you do not notice.',
  ),
  'Sign out everywhere': question(
    'You sign out at retirement. How long will a copy of your token work?',
    ['Until it expires', 'At most two seconds'],
    1,
    'The bank publishes the revocation, and every verifier holds the list of revoked sessions.',
  ),
  'Sign in without a password': question(
    'A fake bank copies this sign-in page. Can it use your passkey?',
    ['Yes, if you use it there', 'No, it can only collect passwords'],
    1,
    'The browser offers a passkey on the bank’s domain alone, and the signature covers the address of the page.',
  ),
}

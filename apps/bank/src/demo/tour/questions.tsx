import type { TOUR_STEPS, TraceEvent } from '@signet/demo'
import { Button, Form, Notice } from '@signet/ui'
import type { VNode } from 'preact'

export interface Question {
  readonly text: string
  /** Two or three answers. */
  readonly answers: readonly string[]
  /** The index of the right answer, once the step is completed. */
  readonly right: (events: readonly TraceEvent[]) => number
  /** Explains the right answer in a sentence or two. */
  readonly because: (events: readonly TraceEvent[]) => string
}

const question = (text: string, answers: readonly string[], right: number, because: string): Question => ({
  text,
  answers,
  right: () => right,
  because: () => because,
})

const bankAccepted = (events: readonly TraceEvent[]): boolean =>
  events.some(({ asked }) => asked.some(({ whom, answer }) => whom === 'bank' && answer.startsWith('200')))

/** What each step asks before it shows what happened. */
export const QUESTIONS: Readonly<Record<(typeof TOUR_STEPS)[number], Question>> = {
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

/** Names of the answers in forms and in the tour's cookie. */
export const ANSWERS = ['a', 'b', 'c'] as const
export type Answer = (typeof ANSWERS)[number]

export interface GuessProps {
  number: number
  question: Question
  /** The user's answer; undefined when they skipped the question. */
  guess: Answer | undefined
  /** The evidence of the step; undefined until it is completed. */
  events: readonly TraceEvent[] | undefined
}

/** Asks before the step is done, and says afterwards what was right. */
export function Guess({ number, question, guess, events }: GuessProps): VNode {
  const chosen = guess && question.answers[ANSWERS.indexOf(guess)]
  if (events) {
    const right = question.answers[question.right(events)]
    const guessed = chosen === undefined ? '' : `You guessed “${chosen}”`
    const answer = guessed === '' ? `“${right}”.` : `${guessed}. The answer is “${right}”.`
    return (
      <Notice kind={chosen === right ? 'success' : 'info'} title={question.text}>
        <p>
          {chosen === right ? `${guessed}, and that is right.` : answer} {question.because(events)}
        </p>
      </Notice>
    )
  }
  if (chosen !== undefined)
    return (
      <p class="tour-guess card">
        <strong>{question.text}</strong> You guessed “{chosen}”. Now try it.
      </p>
    )
  return (
    <Form class="tour-guess card" action={`/tour/${number}/guess`} label={question.text}>
      <p>
        <strong>{question.text}</strong> <span class="muted">Guess, or go on below.</span>
      </p>
      <div class="actions">
        {question.answers.map((answer, index) => (
          <Button key={answer} kind="secondary" name="guess" value={ANSWERS[index]}>
            {answer}
          </Button>
        ))}
      </div>
    </Form>
  )
}

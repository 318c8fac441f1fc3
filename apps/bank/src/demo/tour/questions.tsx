import type { TOUR_STEPS, TraceEvent } from '@signet/demo'
import { Button, Form, Notice } from '@signet/ui'
import type { VNode } from 'preact'

interface Outcome {
  /** The index of the right answer. */
  readonly right: number
  /** Explains the right answer in a sentence or two. */
  readonly because: string
}

export interface Question extends Outcome {
  readonly text: string
  /** Two or three answers. */
  readonly answers: readonly string[]
  /** The outcome when the bank accepted a forged token: it follows from the keys in use. */
  readonly ifAccepted?: Outcome
}

/** Returns the outcome of a question, once the step is completed. */
export function outcomeOf(question: Question, events: readonly TraceEvent[]): Outcome {
  const calls = events.flatMap(({ asked }) => asked)
  const accepted = calls.some(({ whom, answer }) => whom === 'bank' && answer.startsWith('200'))
  return (accepted && question.ifAccepted) || question
}

/** What each step asks before it shows what happened. */
export const QUESTIONS: Readonly<Record<(typeof TOUR_STEPS)[number], Question>> = {
  'Sign in at the bank': {
    text: 'How often will Ada type her password for both apps?',
    answers: ['Once', 'Once per app'],
    right: 0,
    because: 'The bank checks the password and signs a token. Retirement never sees the password.',
  },
  'Open retirement without a second sign-in': {
    text: 'Will retirement know you?',
    answers: ['Yes, without a call to the bank', 'Yes, after a call to the bank', 'No, it will ask for a password'],
    right: 0,
    because: 'The browser sends the signed token, and retirement verifies the signature with its own key.',
  },
  'Sign in with a memory session': {
    text: 'What will the session cookie contain?',
    answers: ['Your name and a signature', 'A random id'],
    right: 1,
    because: 'The id means nothing without the memory of the process that created it.',
  },
  'Open retirement with the memory session': {
    text: 'Will retirement know this session?',
    answers: ['Yes, the browser sends it the cookie', 'No, only one process of the bank does'],
    right: 1,
    because: 'The cookie arrived at retirement, but the session stayed in the memory of a bank process.',
  },
  'Sign in with a shared session': {
    text: 'Both apps will know this session. What does each page cost?',
    answers: ['Nothing more', 'A lookup in the shared store'],
    right: 1,
    because: 'The cookie is only an id, so each app must look up who it belongs to.',
  },
  'Inspect the token': {
    text: 'Who can read your token?',
    answers: ['Only services with the key', 'Anyone who has a copy'],
    right: 1,
    because: 'A token is signed, not encrypted. The key is needed to sign it, not to read it.',
  },
  'Change the token': {
    text: 'Which service will accept the changed token?',
    answers: ['Both', 'Only the bank', 'Neither'],
    right: 2,
    because: 'The signature covers every character, and each service verifies it.',
  },
  'Forge a token': {
    text: 'Can retirement sign a token that the bank accepts?',
    answers: ['Yes', 'No'],
    right: 1,
    because: 'Retirement has only the public key, which verifies and cannot sign.',
    ifAccepted: { right: 0, because: 'Both services share one secret, and that secret signs as well as it verifies.' },
  },
  'Let the token expire': {
    text: 'Your token will expire. What will you see?',
    answers: ['The sign-in page', 'An error', 'The page that you asked for'],
    right: 2,
    because: 'The bank renews the token with the refresh token, in one redirect that you do not notice.',
  },
  'Sign out everywhere': {
    text: 'You sign out at retirement. How long will a copy of your token work?',
    answers: ['Until it expires', 'At most two seconds'],
    right: 1,
    because: 'The bank publishes the revocation, and every verifier holds the list of revoked sessions.',
  },
  'Sign in without a password': {
    text: 'A fake bank copies this sign-in page. Can it use your passkey?',
    answers: ['Yes, if you use it there', 'No, it can only collect passwords'],
    right: 1,
    because:
      'The browser offers a passkey on the bank’s domain alone, and the signature covers the address of the page.',
  },
}

/** Names of the answers in forms and in the tour's cookie. */
export const ANSWERS = ['a', 'b', 'c']

export interface GuessProps {
  number: number
  question: Question
  /** The name of the user's answer; `-` or undefined when they skipped the question. */
  guess: string | undefined
  /** The evidence of the step; undefined until it is completed. */
  events: readonly TraceEvent[] | undefined
}

/** Asks before the step is done, and says afterwards what was right. */
export function Guess({ number, question, guess, events }: GuessProps): VNode {
  const chosen = question.answers[ANSWERS.indexOf(guess ?? '-')]
  if (events) {
    const { right, because } = outcomeOf(question, events)
    const isRight = chosen === question.answers[right]
    const guessed =
      chosen === undefined ? '' : `You guessed “${chosen}”${isRight ? ', and that is right.' : '. The answer is '}`
    return (
      <Notice kind={isRight ? 'success' : 'info'} title={question.text}>
        <p>
          {guessed}
          {!isRight && `“${question.answers[right]}”.`} {because}
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

import type { TraceEvent } from '@signet/demo'
import { Button, Form, Notice } from '@signet/ui'
import type { VNode } from 'preact'
import type { Question } from './questions.js'

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
  if (events) return <Resolved question={question} chosen={chosen} events={events} />
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

interface ResolvedProps {
  question: Question
  chosen: string | undefined
  events: readonly TraceEvent[]
}

function Resolved({ question, chosen, events }: ResolvedProps): VNode {
  const right = question.answers[question.right(events)]
  return (
    <Notice kind={chosen === right ? 'success' : 'info'} title={question.text}>
      <p>
        {chosen === undefined
          ? `“${right}”.`
          : chosen === right
            ? `You guessed “${chosen}”, and that is right.`
            : `You guessed “${chosen}”. The answer is “${right}”.`}{' '}
        {question.because(events)}
      </p>
    </Notice>
  )
}

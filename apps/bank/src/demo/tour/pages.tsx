import { DEMO_USERS } from '@signet/contracts/demo-users'
import { demoAssetUrl, SequenceDiagram, type TraceEvent } from '@signet/demo'
import { Button, type ButtonKind, ButtonLink, Figure, Form, Notice, Page, type PageFrame, Section } from '@signet/ui'
import type { VNode } from 'preact'
import type { BankConfig } from '../../config.js'
import { messagesOf } from '../trace-messages.js'
import { Wire } from '../wire/wire.js'
import { Guess, type GuessProps } from './questions.js'
import { STEPS, type TourAction } from './steps.js'

interface OverviewPageProps {
  frame: PageFrame
  /** The user's current step; undefined when they are not on the tour. */
  step: number | undefined
  /** The step at which the user left the tour. */
  leftAt: number | undefined
  /** Undefined while they cannot be read. */
  events: readonly TraceEvent[] | undefined
}

export function OverviewPage({ frame, step, leftAt, events }: OverviewPageProps): VNode {
  const isNew = step === undefined && leftAt === undefined
  return (
    <Page
      {...frame}
      styles={[demoAssetUrl('tour.css')]}
      title="Tour"
      lead="Eleven steps through both apps. See how one sign-in works at two services, what fails without a token, and what a token costs."
    >
      {leftAt !== undefined && (
        <Notice kind="info">
          <p>You left the tour at step {leftAt}.</p>
        </Notice>
      )}
      <p class="tour-words">
        During the tour, both services record your own requests, and each step shows them as a diagram. The recording
        contains the names of cookies, but never their values. Only your browser can see it, and it is deleted after two
        hours.
      </p>
      <div class="actions">
        {step !== undefined && <ButtonLink href={`/tour/${step}`}>Continue with step {step}</ButtonLink>}
        {leftAt !== undefined && (
          <Form class="" action="/tour/resume">
            <Button>Resume at step {leftAt}</Button>
          </Form>
        )}
        <Form class="" action="/tour/begin">
          <Button kind={isNew ? 'primary' : 'secondary'}>{isNew ? 'Start the tour' : 'Start again'}</Button>
        </Form>
      </div>
      <Section title="Steps" id="steps">
        <StepList events={events} current={step} explained />
      </Section>
    </Page>
  )
}

interface StepListProps extends Pick<OverviewPageProps, 'events'> {
  current: number | undefined
  /** Adds a sentence to each step. */
  explained?: boolean
}

/** Lists all steps, with a tick for each completed one. */
function StepList({ events = [], current, explained = false }: StepListProps): VNode {
  const seen = STEPS.map(({ evidence }) => evidence(events) !== undefined)
  return (
    <ol class="tour-steps ruled">
      {STEPS.map(({ title, lead }, index) => (
        <li key={title} class={seen[index] ? 'tour-seen' : undefined}>
          <div>
            <a href={`/tour/${index + 1}`} aria-current={current === index + 1 ? 'step' : undefined}>
              {title}
            </a>
            {explained && <p class="muted small">{lead}</p>}
          </div>
          {seen[index] && (
            <>
              <svg class="symbol" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
                <path d="m5 12.5 5 5 9-11" />
              </svg>
              <span class="visually-hidden"> completed</span>
            </>
          )}
        </li>
      ))}
    </ol>
  )
}

export interface StepPageProps {
  frame: PageFrame
  /** From 1. */
  number: number
  isOnTour: boolean
  /** The recorded events; undefined while they cannot be read. */
  recorded: readonly TraceEvent[] | undefined
  guess: GuessProps['guess']
  /** Whether the user is signed in with a token. */
  hasToken: boolean
  config: Pick<BankConfig, 'BANK_URL' | 'RETIREMENT_URL' | 'COOKIE_PREFIX'>
}

export function StepPage({ frame, number, isOnTour, recorded, guess, hasToken, config }: StepPageProps): VNode {
  const step = STEPS[number - 1]
  if (!step) throw new TypeError(`there is no step ${number}`)
  const cookiePrefix = config.COOKIE_PREFIX
  const next = STEPS.slice(number, number + 1).map(({ title }) => ({
    label: `Next: ${title}`,
    href: `/tour/${number + 1}`,
  }))
  const events = recorded && step.evidence(recorded)
  return (
    <Page
      {...frame}
      styles={[demoAssetUrl('tour.css')]}
      scripts={[demoAssetUrl('wire.js')]}
      title={step.title}
      eyebrow={`Tour · step ${number} of ${STEPS.length}`}
      lead={step.lead}
    >
      <div class="tour">
        <div>
          {isOnTour && <Guess number={number} question={step.question} guess={guess} events={events} />}
          <Section title="Try it" id="do">
            <p class="tour-words">{step.task}</p>
            {!isOnTour && (
              <Notice kind="info">
                <p>You are not on the tour, so your requests are not recorded.</p>
                <Form class="" action="/tour/begin">
                  <input type="hidden" name="step" value={number} />
                  <Button kind="secondary">Start the tour here</Button>
                </Form>
              </Notice>
            )}
            <div class="actions">
              {step.actions.map((action, index) => (
                <Action
                  key={action.label}
                  action={action}
                  hasToken={hasToken}
                  kind={index === 0 && !events && isOnTour ? 'primary' : 'secondary'}
                  config={config}
                />
              ))}
            </div>
          </Section>
          <Section title="What happened" id="happened">
            {!recorded && (
              <Notice kind="warning">
                <p>We can’t read the recording right now. The step still works. Reload this page in a moment.</p>
              </Notice>
            )}
            {events ? (
              <>
                <Notice kind="success" title="Completed">
                  <p>{typeof step.meaning === 'string' ? step.meaning : step.meaning(events)}</p>
                </Notice>
                {step.figure && <Figure label={step.figure.label}>{step.figure.of(events)}</Figure>}
                <SequenceDiagram title="Requests and responses" messages={messagesOf(events, cookiePrefix)} />
                <AnsweredBy events={events} />
              </>
            ) : (
              <p class="empty">Nothing yet. The diagram appears here after you complete the step.</p>
            )}
          </Section>
          <Section title="Code" id="code">
            <ul class="tour-code">
              {Object.entries(step.code).map(([path, what]) => (
                <li key={path}>
                  <code>{path}</code> <span class="muted">{what}</span>
                </li>
              ))}
            </ul>
          </Section>
          <div class="actions tour-onward">
            {[...next, ...(step.onward ?? [])].map(({ label, href }, index) => (
              <ButtonLink key={href} kind={index === 0 && events ? 'primary' : 'secondary'} href={href}>
                {label}
              </ButtonLink>
            ))}
          </div>
          {isOnTour && <Wire events={recorded} cookiePrefix={cookiePrefix} />}
        </div>
        <nav aria-label="Steps of the tour">
          <StepList events={recorded} current={number} />
        </nav>
      </div>
    </Page>
  )
}

interface ActionProps extends Pick<StepPageProps, 'hasToken' | 'config'> {
  action: TourAction
  kind: ButtonKind
}

/** Shows one action of a step. It sends only requests that a user could send by hand. */
function Action({ action, kind, hasToken, config }: ActionProps): VNode {
  const { label, app, path, needsToken, expires, strategy = needsToken && !hasToken ? 'jwt' : undefined } = action
  const href = (app === 'bank' ? config.BANK_URL : config.RETIREMENT_URL) + path
  if (!strategy && !expires)
    return (
      <ButtonLink kind={kind} href={href}>
        {label}
      </ButtonLink>
    )
  const { username, password } = DEMO_USERS.ada
  const fields = strategy ? { username, password, strategy, return_to: href } : {}
  return (
    <Form class="" action={strategy ? '/sign-in' : '/tour/expire'}>
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button kind={kind}>{label}</Button>
    </Form>
  )
}

/** Lists the processes that answered a step's requests. With several replicas they can differ. */
const AnsweredBy = ({ events }: { events: readonly TraceEvent[] }): VNode => (
  <ul class="tour-answered muted small" aria-label="Which processes answered">
    {Object.entries({ bank: 'the bank', retirement: 'retirement' }).map(([app, name]) => {
      const own = events.filter(({ kind, service }) => kind === 'request' && service === app)
      const instances = [...new Set(own.map(({ instance }) => instance))].toSorted()
      return (
        instances.length > 0 && (
          <li key={name}>
            {instances.length === 1 ? `One process of ${name}` : `${instances.length} processes of ${name}`} answered:{' '}
            {instances.map((instance, index) => (
              <>
                {index > 0 && ', '}
                <code>{instance}</code>
              </>
            ))}
          </li>
        )
      )
    })}
  </ul>
)

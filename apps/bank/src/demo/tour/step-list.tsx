import type { VNode } from 'preact'
import type { Trace } from './settled.js'
import { STEPS } from './steps.js'

export interface StepListProps {
  trace: Trace | null
  current: number | undefined
  /** Adds a sentence to each step. */
  explained?: boolean | undefined
}

/** Lists all steps, with a tick for each completed one. */
export function StepList({ trace, current, explained = false }: StepListProps): VNode {
  const seen = STEPS.map(({ evidence }) => trace !== null && trace !== 'unknown' && evidence(trace) !== undefined)
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
          {seen[index] && <Tick />}
        </li>
      ))}
    </ol>
  )
}

function Tick(): VNode {
  return (
    <>
      <svg class="symbol" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
        <path d="m5 12.5 5 5 9-11" />
      </svg>
      <span class="visually-hidden"> completed</span>
    </>
  )
}

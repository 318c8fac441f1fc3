import type { VNode } from 'preact'
import {
  HEAD,
  type Lifeline,
  NOTE_HEIGHT,
  noteWidth,
  type PlacedMessage,
  type SequenceMessage,
  sequencePicture,
} from './layout.js'

const NAMES: Readonly<Record<Lifeline, string>> = {
  browser: 'Browser',
  bank: 'Bank',
  retirement: 'Retirement',
  store: 'Store',
}

/** Length of an arrowhead. */
const ARROW = 7

export interface SequenceDiagramProps {
  /** Accessible name. */
  title: string
  messages: readonly SequenceMessage[]
}

/**
 * Draws messages between services in order. Screen readers and phones get the same content as a list.
 */
export function SequenceDiagram({ title, messages }: SequenceDiagramProps): VNode {
  const { width, height, lanes, messages: placed } = sequencePicture(messages)
  return (
    <figure class="sequence">
      <svg class="sequence-picture" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
        {lanes.map(({ lifeline, x }) => (
          <g key={lifeline} class={`sequence-lane sequence-${lifeline}`}>
            <line x1={x} x2={x} y1={HEAD - 10} y2={height - 4} />
            <rect x={x - 54} y="4" width="108" height="30" rx="3" />
            <text x={x} y="24">
              {NAMES[lifeline]}
            </text>
          </g>
        ))}
        {placed.map((message, index) =>
          message.kind === 'note' ? <Note key={index} {...message} /> : <Arrow key={index} {...message} />,
        )}
      </svg>
      <ol class="sequence-list" aria-label={title}>
        {messages.map((message, index) => (
          <li key={index} class={classOf(message)}>
            <span class="sequence-who">{whoSpeaks(message)}</span> <span class="sequence-label">{message.label}</span>
            {message.detail !== undefined && <span class="sequence-detail"> {message.detail}</span>}
          </li>
        ))}
      </ol>
    </figure>
  )
}

function whoSpeaks({ from, to, kind }: SequenceMessage): string {
  if (kind === 'note') return `${NAMES[from]}:`
  return `${NAMES[from]} ${kind === 'answer' ? 'responds to' : 'to'} ${NAMES[to]}:`
}

const classOf = ({ kind, tone }: SequenceMessage): string =>
  ['sequence-message', `sequence-${kind}`, tone && `sequence-${tone}`].filter(Boolean).join(' ')

function Arrow(message: PlacedMessage): VNode {
  const { x1, x2, y, textX, label, detail } = message
  const towards = Math.sign(x2 - x1)
  const tip = x2 - towards * 2
  return (
    <g class={classOf(message)}>
      <line x1={x1} x2={tip - towards * ARROW} y1={y} y2={y} />
      <path d={`M${tip} ${y}l${-towards * ARROW} -4.5v9z`} />
      <text class="sequence-label" x={textX} y={y - (detail === undefined ? 7 : 22)}>
        {label}
      </text>
      {detail !== undefined && (
        <text class="sequence-detail" x={textX} y={y - 7}>
          {detail}
        </text>
      )}
    </g>
  )
}

function Note(message: PlacedMessage): VNode {
  const { textX, y, label } = message
  const width = noteWidth(message)
  return (
    <g class={classOf(message)}>
      <rect x={textX - width / 2} y={y - NOTE_HEIGHT / 2} width={width} height={NOTE_HEIGHT} rx="13" />
      <text class="sequence-label" x={textX} y={y + 4.5}>
        {label}
      </text>
    </g>
  )
}

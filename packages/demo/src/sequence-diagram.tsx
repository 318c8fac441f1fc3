import type { VNode } from 'preact'

/** Participants from left to right. */
const NAMES = { browser: 'Browser', bank: 'Bank', retirement: 'Retirement', store: 'Store' } as const
type Lifeline = keyof typeof NAMES
const LIFELINES = Object.keys(NAMES) as Lifeline[]

export interface SequenceMessage {
  from: Lifeline
  /** The same as `from` for a note on its own line. */
  to: Lifeline
  /** For example `GET /` or `303`. */
  label: string
  /** For example the names of cookies. */
  detail?: string | undefined
  /** `answer` is a response, drawn dashed. */
  kind: 'request' | 'answer' | 'note'
  tone?: 'good' | 'bad' | undefined
}

export const PICTURE_WIDTH = 680
/** Distance of the outer lines from the edges. */
const SIDE = 62
const HEAD = 44
const GAP = 22
const ARROWHEAD = 7
const NOTE_HEIGHT = 26
/** Average letter widths, and heights of a line. */
const LABEL = { letter: 7, line: 17 }
const DETAIL = { letter: 6, line: 15 }

/**
 * Draws messages between services in order, with a line for each participant that has messages. Screen readers and phones get
 * the same content as a list.
 *
 * @param title accessible name
 */
export function SequenceDiagram({ title, messages }: { title: string; messages: readonly SequenceMessage[] }): VNode {
  const lanes = LIFELINES.filter((lane) => messages.some(({ from, to }) => from === lane || to === lane))
  const step = (PICTURE_WIDTH - 2 * SIDE) / Math.max(lanes.length - 1, 1)
  const xOf = (lane: Lifeline) => SIDE + lanes.indexOf(lane) * step
  let y = HEAD
  const drawn = messages.map((message, index) => {
    const { kind, detail } = message
    const Drawing = kind === 'note' ? Note : Arrow
    y += GAP + (kind === 'note' ? NOTE_HEIGHT : LABEL.line + (detail === undefined ? 0 : DETAIL.line))
    return <Drawing key={index} message={message} x1={xOf(message.from)} x2={xOf(message.to)} y={y} />
  })
  return (
    <figure class="sequence">
      <svg class="sequence-picture" viewBox={`0 0 ${PICTURE_WIDTH} ${y + GAP}`} aria-hidden="true" focusable="false">
        {lanes.map((lane) => (
          <g key={lane} class="sequence-lane">
            <line x1={xOf(lane)} x2={xOf(lane)} y1={HEAD - 10} y2={y + GAP - 4} />
            <rect x={xOf(lane) - 54} y="4" width="108" height="30" rx="3" />
            <text x={xOf(lane)} y="24">
              {NAMES[lane]}
            </text>
          </g>
        ))}
        {drawn}
      </svg>
      <ol class="sequence-list" aria-label={title}>
        {messages.map((message, index) => (
          <li key={index} class={classOf(message)}>
            <span class="sequence-who">
              {NAMES[message.from]}
              {message.kind !== 'note' && ` ${message.kind === 'answer' ? 'responds to' : 'to'} ${NAMES[message.to]}`}:
            </span>{' '}
            <span class="sequence-label">{message.label}</span>
            {message.detail !== undefined && <span class="sequence-detail"> {message.detail}</span>}
          </li>
        ))}
      </ol>
    </figure>
  )
}

const classOf = ({ kind, tone }: SequenceMessage): string =>
  ['sequence-message', `sequence-${kind}`, tone && `sequence-${tone}`].filter(Boolean).join(' ')

/** Moves the center of a text so that the text stays inside the picture. */
const inside = (x: number, width: number): number => Math.max(width / 2 + 2, Math.min(x, PICTURE_WIDTH - width / 2 - 2))

/** `y` is the lower edge: for an arrow, its line. */
type Placed = { message: SequenceMessage; x1: number; x2: number; y: number }

function Arrow({ message, x1, x2, y }: Placed): VNode {
  const { label, detail } = message
  const towards = Math.sign(x2 - x1)
  const tip = x2 - towards * 2
  const textX = inside((x1 + x2) / 2, Math.max(label.length * LABEL.letter, (detail?.length ?? 0) * DETAIL.letter))
  return (
    <g class={classOf(message)}>
      <line x1={x1} x2={tip - towards * ARROWHEAD} y1={y} y2={y} />
      <path d={`M${tip} ${y}l${-towards * ARROWHEAD} -4.5v9z`} />
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

function Note({ message, x1, y }: Placed): VNode {
  const width = message.label.length * LABEL.letter + 16
  const x = inside(x1, width)
  return (
    <g class={classOf(message)}>
      <rect x={x - width / 2} y={y - NOTE_HEIGHT} width={width} height={NOTE_HEIGHT} rx="13" />
      <text class="sequence-label" x={x} y={y - NOTE_HEIGHT / 2 + 4.5}>
        {message.label}
      </text>
    </g>
  )
}

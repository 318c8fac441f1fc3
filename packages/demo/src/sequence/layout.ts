/** Participants from left to right. */
const LIFELINES = ['browser', 'bank', 'retirement', 'store'] as const
export type Lifeline = (typeof LIFELINES)[number]

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

/** A message with its position. */
export interface PlacedMessage extends SequenceMessage {
  x1: number
  x2: number
  /** The arrow's line, or the middle of a note. */
  y: number
  /** Center of the text. */
  textX: number
}

export interface SequencePicture {
  width: number
  height: number
  lanes: { lifeline: Lifeline; x: number }[]
  messages: PlacedMessage[]
}

export const PICTURE_WIDTH = 680
const SIDE = 62
export const HEAD = 44
const GAP = 22
const LABEL = 17
const DETAIL = 15
/** Average letter widths. */
const LABEL_LETTER = 7
const DETAIL_LETTER = 6
export const NOTE_HEIGHT = 26

/** Computes all positions. Only participants with messages get a line. */
export function sequencePicture(messages: readonly SequenceMessage[]): SequencePicture {
  const present = LIFELINES.filter((lifeline) => messages.some(({ from, to }) => from === lifeline || to === lifeline))
  const step = present.length > 1 ? (PICTURE_WIDTH - 2 * SIDE) / (present.length - 1) : 0
  const xOf = (lifeline: Lifeline) => SIDE + present.indexOf(lifeline) * step
  let y = HEAD
  const placed = messages.map((message): PlacedMessage => {
    y += GAP
    const [x1, x2] = [xOf(message.from), xOf(message.to)]
    if (message.kind === 'note') {
      y += NOTE_HEIGHT
      return { ...message, x1, x2, y: y - NOTE_HEIGHT / 2, textX: inside(x1, noteWidth(message) / 2) }
    }
    y += LABEL + (message.detail === undefined ? 0 : DETAIL)
    const half = Math.max(message.label.length * LABEL_LETTER, (message.detail?.length ?? 0) * DETAIL_LETTER) / 2
    return { ...message, x1, x2, y, textX: inside((x1 + x2) / 2, half) }
  })
  return {
    width: PICTURE_WIDTH,
    height: y + GAP,
    lanes: present.map((lifeline) => ({ lifeline, x: xOf(lifeline) })),
    messages: placed,
  }
}

export const noteWidth = ({ label }: SequenceMessage): number => label.length * LABEL_LETTER + 16

/** Moves a center so that the text stays inside the picture. */
const inside = (x: number, half: number): number => Math.max(half + 2, Math.min(x, PICTURE_WIDTH - half - 2))

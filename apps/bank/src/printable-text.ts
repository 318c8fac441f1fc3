import Type, { type TString } from 'typebox'

const TYPED = '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$'
const typed = new RegExp(TYPED, 'u')

/** Text that a person could have typed: no NUL and no other control character, and no half of a character, which no store keeps. */
export const Typed = (maxLength: number, options: { description?: string } = {}): TString =>
  Type.String({ ...options, maxLength, pattern: TYPED })

/** Any text of a form: the page shows an error beside its field and keeps the typed text. */
export const FormText = Type.String({ maxLength: 4_096 })

/** The same as `Typed`, for text that is judged beside its field. */
export const isTyped = (text: string): boolean => typed.test(text)

const LINE = '^[^\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]*$'
const line = new RegExp(LINE, 'u')

/** Text of one line that another user reads: none of the characters that some program takes for the end of a line. */
export const Line = (maxLength: number): TString => Type.String({ maxLength, pattern: LINE })

/** The same, for text that is judged beside its field. */
export const isLine = (text: string): boolean => line.test(text)

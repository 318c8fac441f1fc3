import Type, { type TString } from 'typebox'

/** Text that a person could have typed: no NUL and no other control character, and no half of a character, which no store keeps. */
export const Typed = (maxLength: number, options: { description?: string } = {}): TString =>
  Type.String({ ...options, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f\\ud800-\\udfff]*$' })

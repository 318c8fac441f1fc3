import Type, { type TString } from 'typebox'

/** Text that a person could have typed: no NUL and no other control character, which no store takes. */
export const Typed = (maxLength: number): TString => Type.String({ maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' })

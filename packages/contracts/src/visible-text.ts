// Rules for text that one user writes and another reads: it must be visible, and must not reorder the text around it.

/** Letters, digits, punctuation and symbols, except those that fonts draw as nothing (fillers, blank Braille). */
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}\u{13441}\u{13442}])[\p{L}\p{N}\p{P}\p{S}]/u

/** Unicode `Bidi_Control`: marks, embeddings, overrides and isolates, U+202E among them. */
const DIRECTION_CONTROL = /\p{Bidi_Control}/gu

/** Returns whether a text has a visible character. Spaces, invisible characters and lone combining marks do not count. */
export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text)

/** Returns the first visible character, or undefined. */
export const firstVisibleCharacter = (text: string): string | undefined => VISIBLE.exec(text)?.[0]

/** Removes direction controls, for text that cannot be isolated from its surroundings, as in a file. */
export const withoutDirectionControls = (text: string): string => text.replace(DIRECTION_CONTROL, '')

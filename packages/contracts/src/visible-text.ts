// Text that a user wrote and another user reads: whether it shows anything, and whether it moves the text around it.

/** Letters, digits, punctuation and symbols, but for those that fonts draw as nothing (fillers, the blank of Braille). */
const VISIBLE = /(?![\p{Default_Ignorable_Code_Point}\u2800\ufffc\u{1d159}\u{13441}\u{13442}])[\p{L}\p{N}\p{P}\p{S}]/u

/** Unicode `Bidi_Control`: marks, embeddings, overrides and isolates, U+202E among them. */
const DIRECTION_CONTROL = /\p{Bidi_Control}/gu

/** False for blanks, invisible characters, and combining marks without a letter. */
export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text)

/** The first character that shows something; undefined when none does. */
export const firstVisibleCharacter = (text: string): string | undefined => VISIBLE.exec(text)?.[0]

/** For text that cannot be isolated from what stands beside it, as in a file. */
export const withoutDirectionControls = (text: string): string => text.replace(DIRECTION_CONTROL, '')

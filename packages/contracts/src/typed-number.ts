const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu
const FULL_WIDTH = /[\uff01-\uff5e]/g
const FULL_WIDTH_OFFSET = 0xfee0

/**
 * Digits and signs as a person typed or pasted them, in plain ASCII where that is unambiguous: without invisible marks, with
 * one kind of blank, dash and digit. Other scripts' digits, superscripts and fractions stay as they are.
 */
export const plainNumber = (typed: string): string =>
  typed
    .replace(INVISIBLE, '')
    .replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replace(/\s/g, ' ')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .trim()

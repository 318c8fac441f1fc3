const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu
const FULL_WIDTH = /[\uff01-\uff5e]/g
const FULL_WIDTH_OFFSET = 0xfee0

/**
 * Converts a typed or pasted number to ASCII where that is unambiguous: removes invisible characters, and unifies spaces,
 * dashes and full-width digits. Digits of other scripts, superscripts and fractions stay unchanged.
 */
export const plainNumber = (typed: string): string =>
  typed
    .replace(INVISIBLE, '')
    .replace(FULL_WIDTH, (wide) => String.fromCharCode(wide.charCodeAt(0) - FULL_WIDTH_OFFSET))
    .replace(/\s/g, ' ')
    .replace(/[\p{Pd}\u2212]/gu, '-')
    .trim()

/** Entries a page. */
export const PAGE_SIZE = 50

/** The id of the last entry that was seen, as text. Undefined for anything else: a cursor is nobody's to invent. */
export function parseCursor(text: string): bigint | undefined {
  return /^[1-9]\d{0,17}$/.test(text) ? BigInt(text) : undefined
}

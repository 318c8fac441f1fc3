/** Entries a page. */
export const PAGE_SIZE = 50

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

export const isAccountId = (text: string): boolean => UUID.test(text)

/** The id of the last entry that was seen, as text. Undefined for anything else: a cursor is nobody's to invent. */
export function parseCursor(text: string): bigint | undefined {
  return /^[1-9]\d{0,17}$/.test(text) ? BigInt(text) : undefined
}

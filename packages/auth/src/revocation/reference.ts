import Type, { type Static } from 'typebox'

/** Sessions per list, 16 KiB as bits. Lists are fetched and dropped as a whole. */
export const STATUS_LIST_SIZE = 131_072

const STATUS_LIST_PATH = '/status-lists/'

/** The position of a session's bit (IETF draft-ietf-oauth-status-list, section 6.2). */
export const StatusReference = Type.Object({
  idx: Type.Integer({ minimum: 0, maximum: STATUS_LIST_SIZE - 1 }),
  uri: Type.String({ minLength: 1, maxLength: 256 }),
})
export type StatusReference = Static<typeof StatusReference>

/** Returns the position of the session with this number. Numbers continue from list to list. */
export function statusReference(issuer: string, statusNumber: bigint): StatusReference {
  const size = BigInt(STATUS_LIST_SIZE)
  return { idx: Number(statusNumber % size), uri: `${issuer}${STATUS_LIST_PATH}${statusNumber / size}` }
}

/** Returns the id in the URI of one of the issuer's lists, or undefined for any other URI, which must not be fetched. */
export function statusListId(issuer: string, uri: string): string | undefined {
  const prefix = issuer + STATUS_LIST_PATH
  const id = uri.startsWith(prefix) ? uri.slice(prefix.length) : ''
  return isStatusListId(id) ? id : undefined
}

/** Returns whether a text has the one form of a list's id: a whole number. */
export const isStatusListId = (text: string): boolean => /^(0|[1-9]\d{0,11})$/.test(text)

import { deflateSync, inflateSync } from 'node:zlib'
import { STATUS_LIST_SIZE } from './reference.js'

const LIST_BYTES = STATUS_LIST_SIZE / 8

/**
 * One bit for each session: 1 = revoked (IETF draft-ietf-oauth-status-list section 4.1: least significant bit first). The
 * bits are the bytes themselves, so a list costs 16 KiB and a lookup is an index and a mask.
 */
export type StatusBits = Uint8Array

export interface StatusListVersion {
  readonly bits: StatusBits
  /** Names this version, for requesting a newer one. */
  readonly etag: string
  /** When its newest session was revoked, in ms since 1970; 0 when none was. */
  readonly changedAtMs: number
}

/** Returns the bits of a list with these sessions revoked, and those of `before`. Throws {RangeError} for an index outside. */
export function statusBits(revokedIndices: Iterable<number>, before?: StatusBits): StatusBits {
  const bits = before ? new Uint8Array(before) : new Uint8Array(LIST_BYTES)
  for (const idx of revokedIndices) {
    if (!(idx >= 0 && idx < STATUS_LIST_SIZE)) throw new RangeError(`status index ${idx} is outside the list`)
    bits[idx >> 3] = (bits[idx >> 3] ?? 0) | (1 << (idx & 7))
  }
  return bits
}

/** Whether a session is revoked. An index outside the list counts as revoked: no genuine token names one. */
export function isRevoked(bits: StatusBits, idx: number): boolean {
  const byte = bits[idx >> 3]
  return byte === undefined || (byte & (1 << (idx & 7))) !== 0
}

/** Counts the revoked sessions of a list. */
export function countRevoked(bits: StatusBits): number {
  let count = 0
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count += 1
  return count
}

/** Returns `lst` of a status list (section 4.2): the bytes as a zlib stream, in base64url. */
export function compressStatusBits(bits: StatusBits): string {
  return deflateSync(bits, { level: 9 }).toString('base64url')
}

/** @throws for anything that is not a list of exactly our size; a small stream cannot make a large list. */
export function expandStatusBits(lst: string): StatusBits {
  const bits = inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: LIST_BYTES })
  if (bits.length !== LIST_BYTES) throw new RangeError(`a status list of ${bits.length} bytes`)
  return new Uint8Array(bits)
}

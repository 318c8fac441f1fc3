import { createHash } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import { STATUS_LIST_SIZE } from './reference.js'

const LIST_BYTES = STATUS_LIST_SIZE / 8

/**
 * One bit per session: 1 = revoked (IETF draft-ietf-oauth-status-list, section 4.1, least significant bit first). A list takes 16
 * KiB, and a lookup is an index and a mask.
 */
export type StatusBits = Uint8Array

export interface StatusListVersion {
  readonly bits: StatusBits
  /** Identifies this version, to request a newer one. */
  readonly etag: string
  /** Time of the latest revocation, in ms since 1970. 0 if there is none. */
  readonly changedAtMs: number
}

/** Returns the bits of a list with these sessions and those of `before` revoked. Throws {@link RangeError} for an index outside. */
export function statusBits(revokedIndices: Iterable<number>, before?: StatusBits): StatusBits {
  const bits = before ? new Uint8Array(before) : new Uint8Array(LIST_BYTES)
  for (const idx of revokedIndices) {
    if (!(idx >= 0 && idx < STATUS_LIST_SIZE)) throw new RangeError(`status index ${idx} is outside the list`)
    bits[idx >> 3] = (bits[idx >> 3] ?? 0) | (1 << (idx & 7))
  }
  return bits
}

/** Returns a version of these bits, whose etag is the same at every replica. `changedAtMs` is in ms since 1970. */
export function statusListVersion(bits: StatusBits, changedAtMs: number): StatusListVersion {
  return { bits, changedAtMs, etag: `"${createHash('sha256').update(bits).digest('base64url')}"` }
}

/** Returns whether a session is revoked. An index outside the list counts as revoked, because no genuine token has one. */
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

/** Returns `lst` of a status list (section 4.2): a zlib stream in base64url. */
export function compressStatusBits(bits: StatusBits): string {
  return deflateSync(bits, { level: 9 }).toString('base64url')
}

/** Decompresses `lst`. Throws for any other size than one list, so a small stream cannot allocate much memory. */
export function expandStatusBits(lst: string): StatusBits {
  const bits = inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: LIST_BYTES })
  if (bits.length !== LIST_BYTES) throw new RangeError(`a status list of ${bits.length} bytes`)
  return new Uint8Array(bits)
}

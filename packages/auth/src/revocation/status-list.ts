import { deflateSync, inflateSync } from 'node:zlib'
import { STATUS_LIST_SIZE } from './reference.js'

const LIST_BYTES = STATUS_LIST_SIZE / 8

/**
 * One bit for each sign-in: 1 = ended (IETF draft-ietf-oauth-status-list section 4.1: least significant bit first). The
 * bits are the bytes themselves, so a list costs 16 KiB and looking one up is an index and a mask.
 */
export type StatusBits = Uint8Array

/** The bits of a list in which these have ended, and whatever had ended `before`. Throws {RangeError} for an index outside. */
export function statusBits(endedIndices: Iterable<number>, before?: StatusBits): StatusBits {
  const bits = before ? new Uint8Array(before) : new Uint8Array(LIST_BYTES)
  for (const idx of endedIndices) {
    if (!(idx >= 0 && idx < STATUS_LIST_SIZE)) throw new RangeError(`status index ${idx} is outside the list`)
    bits[idx >> 3] = (bits[idx >> 3] ?? 0) | (1 << (idx & 7))
  }
  return bits
}

/** An index outside the list counts as ended: it says nothing good about the token that names it. */
export function isEnded(bits: StatusBits, idx: number): boolean {
  const byte = bits[idx >> 3]
  return byte === undefined || (byte & (1 << (idx & 7))) !== 0
}

/** How many sign-ins of a list have been ended. */
export function countEnded(bits: StatusBits): number {
  let count = 0
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count += 1
  return count
}

/** `lst` of a status list (section 4.2): the bytes as a zlib stream, in base64url. */
export function compressStatusBits(bits: StatusBits): string {
  return deflateSync(bits, { level: 9 }).toString('base64url')
}

/** @throws for anything that is not a list of exactly our size; a small stream cannot make a large list. */
export function expandStatusBits(lst: string): StatusBits {
  const bits = inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: LIST_BYTES })
  if (bits.length !== LIST_BYTES) throw new RangeError(`a status list of ${bits.length} bytes`)
  return new Uint8Array(bits)
}

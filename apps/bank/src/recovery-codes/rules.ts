import { createHash, randomInt } from 'node:crypto'

export const CODES = 10
/** Letters and digits that do not look alike in print: no 0, 1, i, l, o. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
const GROUPS = 4
const GROUP_LENGTH = 4

const newGroup = (): string => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')

/** Returns ten codes such as `7k2m-x9ap-w3hd-8ctv`, with 79 random bits each. */
export const newCodes = (): string[] =>
  Array.from({ length: CODES }, () => Array.from({ length: GROUPS }, newGroup).join('-'))

/** Normalizes a typed code: letter case, spaces and dashes do not matter. */
const normalize = (typed: string): string => typed.replace(/[\s-]/g, '').toLowerCase()

/**
 * Hashes a code. A slow hash protects what users choose. One SHA-256 suffices for 79 random bits: no attacker can guess
 * them from a copy of the database.
 */
export const hashOfCode = (typed: string): string =>
  createHash('sha256')
    .update(`signet recovery code ${normalize(typed)}`)
    .digest('base64url')

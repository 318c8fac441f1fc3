import { otherLastCharacter, signedByAnother, unsigned, withMember } from './change.js'

export interface Exhibit {
  /** In the address: `/token?exhibit=…`. */
  readonly name: string
  readonly title: string
  /** Describes the attempt in a sentence. */
  readonly attempt: string
  /** Explains why it fails. */
  readonly because: string
  /** Starts from an expired token. */
  readonly expired?: boolean
  /** Sends the token as an access token to `GET /api/me`, instead of verifying it as a lab token. */
  readonly presented?: boolean
  /** Also verifies the token with libraries that use default options. */
  readonly libraries?: boolean
  readonly make: (token: string) => string
}

const asItIs = (token: string): string => token

/** Attacks on a verifier. The results on the page come from the services' verifiers. */
export const EXHIBITS: readonly Exhibit[] = [
  {
    name: 'changed-payload',
    title: 'Change the name',
    attempt: 'Sets the claim name to Grace Hopper and keeps the signature.',
    because:
      'The signature covers every character of header and payload. After a change it no longer matches, and a new signature requires the key.',
    make: (token) => withMember(token, 'payload', 'name', 'Grace Hopper'),
  },
  {
    name: 'alg-none',
    title: 'Remove the signature',
    attempt: 'Sets alg to none in the header and leaves the third part empty.',
    because:
      'A token does not choose its algorithm. The key that its kid names decides it, and a token without a signature is malformed.',
    make: unsigned,
  },
  {
    name: 'another-secret',
    title: 'Sign with another key',
    attempt: 'Keeps header and payload, and signs them with a new random key.',
    because: 'Verifiers accept signatures of the bank’s keys only, and this key is not one of them.',
    make: signedByAnother,
  },
  {
    name: 'expired',
    title: 'Send an expired token',
    attempt: 'Sends an unchanged token of the bank that has expired.',
    because:
      'The signature stays valid forever, so a token needs an expiry. Verifiers require exp and compare it with their own clock.',
    expired: true,
    make: asItIs,
  },
  {
    name: 'last-character',
    title: 'Use a non-canonical encoding',
    attempt: 'Changes the last character of the signature to one that decodes to the same bytes.',
    because:
      'The last base64url character has unused bits, so several strings decode to the same bytes. Most libraries accept all of them, which defeats caches, block lists and log searches by token string. Signet accepts only the canonical encoding.',
    libraries: true,
    make: otherLastCharacter,
  },
  {
    name: 'swapped-typ',
    title: 'Change the type to at+jwt',
    attempt: 'Sets typ in the header to at+jwt, the type of access tokens.',
    because: 'The signature covers the header too, so the type cannot be changed either.',
    presented: true,
    make: (token) => withMember(token, 'header', 'typ', 'at+jwt'),
  },
  {
    name: 'wrong-type',
    title: 'Use a lab token as an access token',
    attempt: 'Sends the unchanged token of this page to GET /api/me.',
    because:
      'The bank signed it with the same key and the same claims, but its typ is not that of an access token. Most libraries check typ only with an option.',
    presented: true,
    libraries: true,
    make: asItIs,
  },
]

export const exhibitOf = (name: unknown): Exhibit | undefined => EXHIBITS.find((exhibit) => exhibit.name === name)

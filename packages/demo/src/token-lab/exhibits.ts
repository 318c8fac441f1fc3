import { otherLastCharacter, signedByAnother, unsigned, withMember } from './change.js'

export interface Exhibit {
  /** In the address: `/token?exhibit=…`. */
  readonly name: string
  readonly title: string
  /** What is tried, in a sentence. */
  readonly attempt: string
  /** Why it does not work, once it has been tried. */
  readonly because: string
  /** Whether it is made of a token whose time is over. */
  readonly expired?: boolean
  /** Whether it is presented as an access token, at the door of access tokens, and not examined as a lab token. */
  readonly presented?: boolean
  /** Whether libraries are asked too, as they come. */
  readonly libraries?: boolean
  readonly make: (token: string) => string
}

const asItIs = (token: string): string => token

/** Ways to get past a verifier, each a click. What the verifiers say to them is theirs; nothing here knows it. */
export const EXHIBITS: readonly Exhibit[] = [
  {
    name: 'changed-payload',
    title: 'Somebody else’s name',
    attempt: 'The claim name becomes Grace Hopper; everything else, the signature too, stays.',
    because:
      'The signature is computed over the very characters of header and payload. With other characters it is another, and to compute that one takes the key.',
    make: (token) => withMember(token, 'payload', 'name', 'Grace Hopper'),
  },
  {
    name: 'alg-none',
    title: 'No signature at all',
    attempt: 'The header says alg: none, and the third part is left empty.',
    because:
      'A token does not choose how it is checked. The key that its kid names decides the algorithm, and a token without a signature is not even read.',
    make: unsigned,
  },
  {
    name: 'another-secret',
    title: 'Signed by somebody else',
    attempt: 'Header and payload stay, and are signed by the rules: with a key that was made up just now.',
    because: 'Anyone can sign. What counts is the key, and this one is not in the ring that the verifiers hold.',
    make: signedByAnother,
  },
  {
    name: 'expired',
    title: 'From yesterday’s post',
    attempt: 'A genuine token of the bank, untouched, whose time was over before it was sent.',
    because:
      'Its signature is right for ever, so a token must end by itself: exp is required, and compared with the verifier’s own clock.',
    expired: true,
    make: asItIs,
  },
  {
    name: 'last-character',
    title: 'Another last character, the same bytes',
    attempt: 'The last character of the signature becomes its neighbour, which decodes to the very same bytes.',
    because:
      'Base64url leaves bits over in a last character, so several spellings mean the same bytes, and most libraries compare bytes. Two strings would be one token then, which defeats whatever is kept by the string: a cache, a block list, a search in a log. Here a token has one spelling.',
    libraries: true,
    make: otherLastCharacter,
  },
  {
    name: 'swapped-typ',
    title: 'Posing as an access token',
    attempt: 'The header’s typ becomes at+jwt, the kind that signs people in.',
    because: 'The header is signed as well: the kind of a token cannot be changed any more than its claims.',
    presented: true,
    make: (token) => withMember(token, 'header', 'typ', 'at+jwt'),
  },
  {
    name: 'wrong-door',
    title: 'Genuine, at the wrong door',
    attempt: 'This page’s own token, untouched, is sent to GET /api/me as if it signed somebody in.',
    because:
      'The same bank signed it, with the same key and the same claims. Its typ says what it is for, and a verifier that does not ask takes one kind for another: most libraries ask only if they are told to.',
    presented: true,
    libraries: true,
    make: asItIs,
  },
]

export const exhibitOf = (name: unknown): Exhibit | undefined => EXHIBITS.find((exhibit) => exhibit.name === name)

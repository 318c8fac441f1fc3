import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { type ResponseChanges, SoftwareAuthenticator } from '@signet/testing'
import { BANK, RETIREMENT } from '../support.js'
import { RP_ID } from './owner.js'

type Assertion = ReturnType<SoftwareAuthenticator['get']>
type Options = { readonly challenge: string }

export const decoded = (text: string) => Buffer.from(text, 'base64url')
export const encoded = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64url')
const withResponse = (assertion: Assertion, changes: Partial<Assertion['response']>): Assertion => ({
  ...assertion,
  response: { ...assertion.response, ...changes },
})

/** Changes the authenticator data and signs it, as a broken or hostile authenticator can. */
function signedAgain(owner: SoftwareAuthenticator, assertion: Assertion, authenticatorData: Buffer): Assertion {
  const clientDataHash = createHash('sha256').update(decoded(assertion.response.clientDataJSON)).digest()
  const signature = sign('sha256', Buffer.concat([authenticatorData, clientDataHash]), owner.privateKey)
  return withResponse(assertion, { authenticatorData: encoded(authenticatorData), signature: encoded(signature) })
}

/** What the authenticator or the browser says, signed by the right key. */
export const SIGNED: ReadonlyArray<readonly [what: string, changes: ResponseChanges]> = [
  ['another origin', { origin: 'https://bank.example' }],
  ['the sibling app’s origin, whose pages can request an assertion', { origin: RETIREMENT }],
  ['the origin with another port', { origin: BANK.replace('3001', '3003') }],
  ['the origin with a slash at its end', { origin: `${BANK}/` }],
  ['another relying party', { rpId: 'localhost' }],
  ['the relying party of the host', { rpId: 'bank.signet.localhost' }],
  ['no user verification', { flags: 0x01 }],
  ['no user presence', { flags: 0x04 }],
  ['a copy of a passkey that cannot be copied', { flags: 0x15 }],
  ['no user handle', { userHandle: null }],
  ['a challenge that the bank never made', { challenge: encoded(Buffer.alloc(32, 7)) }],
  ['no challenge', { challenge: '' }],
  ['a challenge with NUL, which PostgreSQL does not take', { challenge: '\u0000' }],
  ['a challenge with NUL of the right length', { challenge: '\u0000'.repeat(43) }],
  ['a challenge of half a character', { challenge: '\ud800' }],
  ['a challenge with unused bits', { challenge: `${'A'.repeat(42)}B` }],
  ['a response of a registration', { type: 'webauthn.create' }],
  ['a frame of another site', { more: { crossOrigin: true } }],
  ['a page below another top origin', { more: { topOrigin: 'https://evil.example' } }],
  ['client data with a member twice', { clientData: (text) => text.replace('{', '{"origin":"https://evil.example",') }],
  ['client data with white space', { clientData: (text) => text.replace('{', '{ ') }],
  ['client data that is no JSON', { clientData: () => 'not JSON' }],
  ['client data that is no object', { clientData: () => '[]' }],
]

/** What an attacker changes on the way, or sends with a key of their own. */
export const CHANGED: ReadonlyArray<
  readonly [what: string, change: (options: Options, owner: SoftwareAuthenticator) => unknown, code?: string]
> = [
  [
    'a changed signature',
    (options, owner) => {
      const assertion = owner.get(options)
      const signature = decoded(assertion.response.signature)
      signature[10] = (signature[10] ?? 0) ^ 1
      return withResponse(assertion, { signature: encoded(signature) })
    },
  ],
  [
    'a signature by another key',
    (options, owner) => {
      const { id, rawId, response } = owner.get(options)
      const forged = new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID }).get(options)
      return { ...withResponse(forged, { userHandle: response.userHandle }), id, rawId }
    },
  ],
  [
    'a signature of another algorithm',
    (options, owner) => {
      const { privateKey } = generateKeyPairSync('ed25519')
      return withResponse(owner.get(options), { signature: encoded(sign(null, Buffer.from('x'), privateKey)) })
    },
  ],
  [
    'a counter that was raised after signing',
    (options, owner) => {
      const assertion = owner.get(options)
      const data = decoded(assertion.response.authenticatorData)
      data.writeUInt32BE(1_000, 33)
      return withResponse(assertion, { authenticatorData: encoded(data) })
    },
  ],
  [
    'truncated authenticator data, signed well',
    (options, owner) => {
      const assertion = owner.get(options)
      return signedAgain(owner, assertion, decoded(assertion.response.authenticatorData).subarray(0, 36))
    },
  ],
  [
    'authenticator data with bytes at its end, signed well',
    (options, owner) => {
      const assertion = owner.get(options)
      return signedAgain(
        owner,
        assertion,
        Buffer.concat([decoded(assertion.response.authenticatorData), Buffer.from('+')]),
      )
    },
  ],
  ['two credential ids', (options, owner) => ({ ...owner.get(options), rawId: encoded('another') })],
  [
    'a passkey that was never registered',
    (options, owner) => {
      const { userHandle } = owner.get(options).response
      return new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID }).get(options, { userHandle })
    },
  ],
  [
    'padding in base64url',
    (options, owner) => {
      const assertion = owner.get(options)
      return withResponse(assertion, { authenticatorData: `${assertion.response.authenticatorData}==` })
    },
  ],
  [
    'unused bits in base64url',
    (options, owner) => {
      const assertion = owner.get(options)
      const { authenticatorData } = assertion.response
      const next = { A: 'B', Q: 'R', g: 'h', w: 'x' }[authenticatorData.at(-1) ?? ''] ?? 'B'
      return withResponse(assertion, { authenticatorData: `${authenticatorData.slice(0, -1)}${next}` })
    },
  ],
  ['an empty signature', (options, owner) => withResponse(owner.get(options), { signature: '' }), 'invalid_request'],
  ['another type of credential', (options, owner) => ({ ...owner.get(options), type: 'password' }), 'invalid_request'],
  ['text instead of a credential', () => 'credential', 'invalid_request'],
  [
    'a signature of 2 kB',
    (options, owner) => withResponse(owner.get(options), { signature: 'A'.repeat(2_000) }),
    'invalid_request',
  ],
  [
    'a body of 100 kB',
    (options, owner) => withResponse(owner.get(options), { signature: 'A'.repeat(100_000) }),
    'body_too_large',
  ],
]

import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What a test changes about a response. */
export interface ResponseChanges {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly challenge?: string
  /** Bits of the flags byte (W3C WebAuthn, section 6.1). */
  readonly flags?: number
  readonly counter?: number
  readonly userHandle?: string | null
  /** Changes the client data after it was serialized and before it is signed. */
  readonly clientData?: (text: string) => string
  /** Members that are added to the client data. */
  readonly more?: object
}

const USER_PRESENT = 0x01
const USER_VERIFIED = 0x04
const BACKED_UP = 0x18
const ATTESTED = 0x40

const base64url = (bytes: Buffer | string) => Buffer.from(bytes).toString('base64url')
const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest()

/** An authenticator in software, with one credential: it signs whatever a test wants. */
export class SoftwareAuthenticator {
  readonly credentialId = randomBytes(16).toString('base64url')
  counter = 0
  readonly #origin: string
  readonly #rpId: string
  readonly #isBackedUp: boolean
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  #userHandle = ''

  /** @param isBackedUp whether it says that a password manager has a copy. */
  constructor({ origin, rpId, isBackedUp = false }: { origin: string; rpId: string; isBackedUp?: boolean }) {
    this.#origin = origin
    this.#rpId = rpId
    this.#isBackedUp = isBackedUp
  }

  get privateKey(): KeyObject {
    return this.#keys.privateKey
  }

  /** Responds to `navigator.credentials.create()`. */
  create(
    options: { challenge: string; user: { id: string } },
    changes: ResponseChanges & { alg?: number; fmt?: string } = {},
  ) {
    this.#userHandle = options.user.id
    const { x = '', y = '' } = this.#keys.publicKey.export({ format: 'jwk' })
    const id = Buffer.from(this.credentialId, 'base64url')
    const key = cborMap([
      [cborInt(1), cborInt(2)],
      [cborInt(3), cborInt(changes.alg ?? -7)],
      [cborInt(-1), cborInt(1)],
      [cborInt(-2), cborBytes(Buffer.from(x, 'base64url'))],
      [cborInt(-3), cborBytes(Buffer.from(y, 'base64url'))],
    ])
    const length = Buffer.from([id.length >> 8, id.length & 0xff])
    const attested = Buffer.concat([Buffer.alloc(16), length, id, key])
    const authData = Buffer.concat([this.#authenticatorData(changes, ATTESTED), attested])
    const attestationObject = cborMap([
      [cborText('fmt'), cborText(changes.fmt ?? 'none')],
      [cborText('attStmt'), changes.fmt === 'packed' ? packedStatement() : cborMap([])],
      [cborText('authData'), cborBytes(authData)],
    ])
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: 'public-key' as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(this.#clientData('webauthn.create', options.challenge, changes)),
        attestationObject: base64url(attestationObject),
        transports: ['internal'],
      },
    }
  }

  /** Responds to `navigator.credentials.get()`. The counter grows by one unless the test sets it. */
  get(options: { challenge: string }, changes: ResponseChanges = {}) {
    this.counter += 1
    const clientData = this.#clientData('webauthn.get', options.challenge, changes)
    const authenticatorData = this.#authenticatorData(changes, 0)
    const signature = sign('sha256', Buffer.concat([authenticatorData, sha256(clientData)]), this.privateKey)
    const userHandle = changes.userHandle === undefined ? this.#userHandle : changes.userHandle
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: 'public-key' as const,
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authenticatorData),
        signature: base64url(signature),
        userHandle,
      },
    }
  }

  #clientData(type: string, challenge: string, changes: ResponseChanges): string {
    const data = {
      type: changes.type ?? type,
      challenge: changes.challenge ?? challenge,
      origin: changes.origin ?? this.#origin,
      crossOrigin: false,
      ...changes.more,
    }
    const text = JSON.stringify(data)
    return changes.clientData?.(text) ?? text
  }

  #authenticatorData({ rpId = this.#rpId, flags, counter = this.counter }: ResponseChanges, more: number): Buffer {
    const usual = USER_PRESENT | USER_VERIFIED | (this.#isBackedUp ? BACKED_UP : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    return Buffer.concat([sha256(rpId), Buffer.from([(flags ?? usual) | more]), count])
  }
}

/** An attestation statement with a certificate (W3C WebAuthn, section 8.2), neither of them genuine. */
const packedStatement = () =>
  cborMap([
    [cborText('alg'), cborInt(-7)],
    [cborText('sig'), cborBytes(randomBytes(70))],
    [cborText('x5c'), Buffer.concat([head(4, 1), cborBytes(randomBytes(100))])],
  ])

// CBOR (RFC 8949, section 3), as much as a credential needs.
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
}
const cborInt = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value))
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([head(2, bytes.length), bytes])
const cborText = (text: string): Buffer => Buffer.concat([head(3, text.length), Buffer.from(text)])
const cborMap = (pairs: readonly (readonly [Buffer, Buffer])[]): Buffer =>
  Buffer.concat([head(5, pairs.length), ...pairs.flat()])

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type AssertionJson, PasskeyCounterError, verifyAssertion, verifyRegistration } from '@signet/auth/issuer'
import { AuthError } from '@signet/auth/verifier'
import { SoftwareAuthenticator } from '@signet/testing'

const ORIGIN = 'https://bank.example'
const RP = { id: 'bank.example', name: 'Bank', origins: [ORIGIN] }
const CHALLENGE = Buffer.alloc(32, 1).toString('base64url')
const USER = { id: 'ada' }
const options = { challenge: CHALLENGE, user: { id: Buffer.from(USER.id).toString('base64url') } }
const open = () => new SoftwareAuthenticator({ origin: ORIGIN, rpId: RP.id })

describe('an assertion', () => {
  for (const [stored, sent, isAccepted] of [
    [0, 0, true],
    [0, 1, true],
    [7, 8, true],
    [7, 7, false],
    [7, 6, false],
    [7, 0, false],
  ] as const) {
    test(`with counter ${sent} after ${stored} is ${isAccepted ? 'accepted' : 'refused'}`, async () => {
      const authenticator = open()
      const { publicKey } = await verifyRegistration(authenticator.create(options), CHALLENGE, RP)
      const { credentialId } = authenticator
      const known = { userId: USER.id, credentialId, publicKey, counter: BigInt(stored) }
      const assertion: AssertionJson = authenticator.get(options, { counter: sent })
      const verifying = verifyAssertion(assertion, known, CHALLENGE, RP, { userIsKnown: false })
      if (isAccepted) assert.equal((await verifying).counter, BigInt(sent))
      else await assert.rejects(verifying, PasskeyCounterError)
    })
  }
})

test('the log’s detail of a refusal contains no text of the client', async () => {
  const text = 'text-of-the-client'
  const authenticator = open()
  const { publicKey } = await verifyRegistration(authenticator.create(options), CHALLENGE, RP)
  const known = { userId: USER.id, credentialId: authenticator.credentialId, publicKey, counter: 0n }
  for (const changes of [
    { origin: `https://${text}.example` },
    { challenge: text },
    { type: text },
    { more: { tokenBinding: { status: text } } },
  ]) {
    const assertion: AssertionJson = authenticator.get(options, changes)
    await assert.rejects(verifyAssertion(assertion, known, CHALLENGE, RP, { userIsKnown: true }), (error) => {
      assert.ok(error instanceof AuthError)
      assert.match(error.detail ?? '', /^the library refused it(: origin)?$/)
      return true
    })
    await assert.rejects(verifyRegistration(open().create(options, changes), CHALLENGE, RP), (error) => {
      assert.ok(error instanceof AuthError && !String(error.detail).includes(text))
      return true
    })
  }
})

test('a registration with an attestation certificate is refused before it is verified, for which the library would use the network', async () => {
  await assert.rejects(verifyRegistration(open().create(options, { fmt: 'packed' }), CHALLENGE, RP), {
    code: 'passkey_invalid',
    detail: 'an attestation that was not requested',
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readChallenge } from '../../src/passkeys/credential-json.js'

const encoded = (text: string) => Buffer.from(text).toString('base64url')
const read = (text: string) => readChallenge(encoded(text), 'webauthn.get')
const data = { type: 'webauthn.get', challenge: 'abc', origin: 'https://bank.example' }

describe('client data', () => {
  test('of browsers is read', () => {
    for (const text of [
      JSON.stringify(data),
      JSON.stringify({ ...data, crossOrigin: false }),
      JSON.stringify({ ...data, crossOrigin: false, other_keys_can_be_added_here: 'do not compare' }),
      JSON.stringify({ ...data, androidPackageName: 'com.example' }).replaceAll('/', '\\/'),
    ]) {
      assert.equal(read(text), 'abc', text)
    }
  })

  test('that a browser does not write is refused', () => {
    for (const text of [
      '',
      'null',
      '[]',
      '"text"',
      '{',
      JSON.stringify(data, null, 1),
      `\ufeff${JSON.stringify(data)}`,
      JSON.stringify(data).replace('{', '{"challenge":"xyz",'),
      JSON.stringify({ ...data, type: 'webauthn.create' }),
      JSON.stringify({ ...data, crossOrigin: true }),
      JSON.stringify({ ...data, crossOrigin: 'false' }),
      JSON.stringify({ ...data, topOrigin: 'https://evil.example' }),
      JSON.stringify({ ...data, challenge: 1 }),
      JSON.stringify({ type: data.type, origin: data.origin }),
    ]) {
      assert.throws(() => read(text), { code: 'passkey_invalid' }, text)
    }
    const notUtf8 = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]).toString('base64url')
    assert.throws(() => readChallenge(notUtf8, 'webauthn.get'), { code: 'passkey_invalid' })
  })
})

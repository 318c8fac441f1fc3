import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import * as issuer from '../src/issuer.js'
import * as verifier from '../src/verifier.js'
import { createApp, PERSON } from './support.js'

test('the verifier door exports nothing that signs or hashes a password', () => {
  const names = Object.keys(verifier).sort()
  assert.deepEqual(
    names.filter((name) => /sign|issue|hash|password/i.test(name)),
    [],
  )
  for (const name of Object.keys(issuer)) assert.ok(!names.includes(name), name)
})

test('a service with the verifier door alone has no function that makes a token', async () => {
  const app = await createApp()
  assert.equal(app.hasDecorator('issueToken'), false)
  assert.throws(() => app.jwt.sign(PERSON), /unable to sign/)
  await app.close()
})

test('opening the verifier door does not load the native password hash', () => {
  const load = (door: string) =>
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `await import(process.argv[1]); console.log(process.report.getReport().sharedObjects.join())`,
        door,
      ],
      { encoding: 'utf8' },
    )
  assert.match(load(new URL('../src/issuer.js', import.meta.url).href), /argon2/)
  assert.doesNotMatch(load(new URL('../src/verifier.js', import.meta.url).href), /argon2/)
})

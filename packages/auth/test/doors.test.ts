import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import * as issuer from '../src/issuer.js'
import * as verifier from '../src/verifier.js'
import { createApp } from './support.js'

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
  assert.equal(app.hasDecorator('jwt'), false)
  await app.close()
})

test('opening a door does not load the native password hash: the process that hashes does', () => {
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
  assert.match(load(new URL('../src/hashing/process.js', import.meta.url).href), /argon2/)
  for (const door of ['issuer', 'verifier']) {
    assert.doesNotMatch(load(new URL(`../src/${door}.js`, import.meta.url).href), /argon2/)
  }
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fastifyJwt from '@fastify/jwt'
import Fastify from 'fastify'
import * as issuer from '../src/issuer.js'
import { verifyOnly } from '../src/tokens/verify-token.js'
import * as verifier from '../src/verifier.js'
import { BANK, CLAIMS, createApp, KEYS } from './support.js'

test('the verifier entry point exports nothing that signs or hashes a password', () => {
  const names = Object.keys(verifier).sort()
  assert.deepEqual(
    names.filter((name) => /sign|issue|hash|password/i.test(name)),
    [],
  )
  for (const name of Object.keys(issuer)) assert.ok(!names.includes(name), name)
})

test('a service with only the verifier entry point has no signing function', async () => {
  const app = await createApp()
  for (const name of ['issueToken', 'issueMessage', 'issueTwin', 'signStatusList', 'jwt']) {
    assert.equal(app.hasDecorator(name), false, name)
  }
  assert.equal(app.hasReplyDecorator('jwtSign'), false)
  await app.close()
})

test('verifiers register the library verify-only, so its own functions refuse to sign', async () => {
  const app = Fastify()
  await app.register(
    fastifyJwt,
    verifyOnly(KEYS.first.verificationKey, { issuer: BANK, audience: BANK, requiredClaims: [] }),
  )
  assert.throws(() => app.jwt.sign(CLAIMS), /verify mode/)
  assert.throws(() => app.jwt.sign(CLAIMS, { algorithm: 'HS256' }), /verify mode/)
  app.get('/', (_request, reply) => reply.jwtSign(CLAIMS))
  assert.equal((await app.inject('/')).statusCode, 500)
  await app.close()
})

test('the native password hash is loaded by the first hash, not by an import', () => {
  const load = (entryPoint: string) =>
    execFileSync(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `await import(process.argv[1]); console.log(process.report.getReport().sharedObjects.join())`,
        entryPoint,
      ],
      { encoding: 'utf8' },
    )
  assert.match(load(import.meta.resolve('argon2')), /argon2/)
  for (const entryPoint of ['issuer', 'verifier']) {
    assert.doesNotMatch(load(new URL(`../src/${entryPoint}.js`, import.meta.url).href), /argon2/)
  }
})

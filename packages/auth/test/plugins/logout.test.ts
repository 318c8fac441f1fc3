import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import Fastify from 'fastify'
import { issuing, statusBits } from '../../src/issuer.js'
import { authentication, followStatusLists, logout, type StatusListSource } from '../../src/verifier.js'
import { BANK, KEYS, PERSON, RETIREMENT, tokenCookie } from '../support.js'

/** Its first list says that no session is revoked, and no other one ever arrives. */
const source: StatusListSource = {
  fetch: async (_id, _etag, hold) => {
    if (hold) await once(hold.signal, 'abort')
    return { bits: statusBits([]), etag: 'none', changedAtMs: 0 }
  },
}

test('a sign-out takes effect in its own process before the next status list', async (t) => {
  const issuer = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1')
  await once(issuer, 'listening')
  const lists = followStatusLists({ issuer: BANK, maxAgeSeconds: 60, source })
  const app = Fastify()
  t.after(async () => {
    lists.close()
    issuer.close()
    await app.close()
  })
  const rules = { keys: KEYS, issuer: BANK, clientId: 'bank', audience: RETIREMENT, accessTokenTtlSeconds: 300 }
  const cookieScope = { prefix: 'signet', domain: undefined, secure: false }
  await app.register(authentication, { ...rules, tokenCookie, statusLists: lists })
  await app.register(issuing, { ...rules, audiences: [RETIREMENT] })
  const internalUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  await app.register(logout, { internalUrl, cookieScope, statusLists: lists })
  app.get('/', async ({ identity }) => identity?.name)

  const now = Math.floor(Date.now() / 1000)
  const headersOf = (statusNumber: bigint) => {
    const subject = { ...PERSON, authTimeSeconds: now, expiresBySeconds: now + 300, statusNumber }
    return { authorization: `Bearer ${app.issueToken(subject).token}` }
  }
  const [leaver, other] = [headersOf(7n), headersOf(8n)]
  assert.equal((await app.inject({ url: '/', headers: leaver })).statusCode, 200)
  assert.equal((await app.inject({ method: 'POST', url: '/api/logout', headers: leaver })).statusCode, 200)
  const refused = await app.inject({ url: '/', headers: leaver })
  assert.equal(refused.statusCode, 401)
  assert.equal(refused.json().code, 'token_revoked')
  assert.equal((await app.inject({ url: '/', headers: other })).statusCode, 200)
})

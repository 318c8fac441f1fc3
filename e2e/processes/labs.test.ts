// The labs against running services: the pages show the verifiers' verdicts in both key modes, lab tokens authenticate no
// request, and without DEMO the labs do not exist.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { findLabToken, labTokenOf, page, post, verdictsOf } from './lab-pages.js'
import { type Both, KEY_PAIRS, SHARED_SECRET, startBoth, stopBoth, world } from './lab-services.js'
import { assertResponse, call, claimsOf, headerOf, me, signIn } from './requests.js'
import { logsOf } from './world.js'

const signatureOf = (token: string) => token.split('.')[2] ?? assert.fail('not a token')
const JWT = /[\w-]{10,}\.[\w-]{20,}\.[\w-]{20,}/

/** The code with which both services must refuse each attack; `libraries`: lenient libraries accept it. */
const EXHIBITS: Readonly<Record<string, { readonly code: string; readonly libraries?: boolean }>> = {
  'changed-payload': { code: 'token_signature_invalid' },
  'alg-none': { code: 'token_malformed' },
  'another-secret': { code: 'token_signature_invalid' },
  expired: { code: 'token_expired' },
  'last-character': { code: 'token_malformed', libraries: true },
  'swapped-typ': { code: 'token_signature_invalid' },
  'wrong-type': { code: 'token_claims_invalid', libraries: true },
}

/** The response of a verifier to a lab token. */
interface Verdict {
  readonly genuine: boolean
  readonly service: string
  readonly code: string
  readonly detail: string
}

for (const { mode, alg, envOf, forged } of [SHARED_SECRET, KEY_PAIRS]) {
  describe(`the labs with ${mode}`, () => {
    let it: Both
    before(async () => {
      // Only the keys differ, so the second pair of services runs in this process.
      it = await startBoth(await envOf(), alg === 'EdDSA' ? world.startHere : world.start)
    })
    after(() => stopBoth(it))

    test('the page shows a lab token, and never the user’s own token', async () => {
      for (const service of it.both) {
        const html = await page(service, it.person.token, '/token')
        assert.ok(!html.includes(signatureOf(it.person.token)), 'the signature of the real token')
        const lab = labTokenOf(html)
        assert.deepEqual(headerOf(lab), { ...headerOf(it.person.token), alg, typ: 'lab+jwt' })
        const { jti, iat, exp, ...claims } = claimsOf(lab)
        const { jti: ownJti, iat: _iat, exp: _exp, ...ownClaims } = claimsOf(it.person.token)
        assert.deepEqual(claims, ownClaims)
        assert.notEqual(jti, ownJti)
        assert.ok(exp - iat <= 300)
      }
    })

    for (const [exhibit, { code, libraries }] of Object.entries(EXHIBITS)) {
      test(`${exhibit} is refused by both services, which accept the unchanged token`, async () => {
        for (const service of it.both) {
          const html = await page(service, it.person.token, `/token?exhibit=${exhibit}`)
          const expected = ['genuine', code, 'genuine', code, ...(libraries ? ['genuine', 'genuine'] : [])]
          assert.deepEqual(verdictsOf(html), expected, service.name)
        }
      })
    }

    test('both services refuse an edited token and accept an unchanged one', async () => {
      for (const service of it.both) {
        const untouched = labTokenOf(await page(service, it.person.token, '/token'))
        const fields = { untouched, token: untouched, claim: 'payload.name', value: 'Grace', change: 'characters' }
        const same = await post(service, it.person.token, '/token', fields)
        assert.deepEqual(verdictsOf(same.body), ['genuine', 'genuine', 'genuine', 'genuine'])
        const claim = await post(service, it.person.token, '/token', { ...fields, change: 'claim' })
        assert.ok(claim.body.includes('Grace') || claim.body.includes(Buffer.from('Grace').toString('base64url')))
        for (const response of [claim, await post(service, it.person.token, '/token', { ...fields, token: 'x.y.z' })]) {
          assert.equal(response.status, 200)
          const [own, changed, other, changedThere] = verdictsOf(response.body)
          assert.deepEqual([own, other], ['genuine', 'genuine'])
          assert.equal(changed, changedThere)
          assert.match(changed ?? '', /^token_(signature_invalid|malformed)$/)
        }
      }
    })

    test('the user’s own token is not shown even when the user pastes it', async () => {
      for (const service of it.both) {
        const lab = labTokenOf(await page(service, it.person.token, '/token'))
        const fields = { untouched: lab, token: lab, claim: 'payload.name', value: 'x', change: 'characters' }
        for (const pasted of [
          { token: it.person.token },
          { untouched: it.person.token },
          { token: ` ${it.person.token.slice(0, -1)}_\n` },
        ]) {
          const response = await post(service, it.person.token, '/token', { ...fields, ...pasted })
          assert.equal(response.status, 400)
          assert.ok(!response.body.includes(signatureOf(it.person.token).slice(0, 20)))
        }
      }
    })

    test('a lab token authenticates no request, by cookie or header, and revokes no session', async () => {
      const lab = labTokenOf(await page(it.bank, it.person.token, '/token'))
      const routes = [
        [it.bank, 'GET', '/api/me'],
        [it.bank, 'GET', '/api/accounts'],
        [it.bank, 'GET', '/api/sessions'],
        [it.bank, 'DELETE', '/api/sessions'],
        [it.bank, 'POST', '/labs/token'],
        [it.retirement, 'GET', '/api/me'],
        [it.retirement, 'GET', '/api/plan'],
      ] as const
      for (const [service, method, path] of routes) {
        for (const carrier of [{ token: lab }, { bearer: lab }]) {
          const body = method === 'POST' ? {} : undefined
          const response = await call(service, method, path, { ...carrier, body })
          assertResponse(response, 401, 'token_claims_invalid')
        }
      }
      for (const service of it.both) {
        await call(service, 'POST', '/api/logout', { token: lab })
        assert.equal((await call(service, 'GET', '/token', { token: lab })).status, 303)
      }
      assertResponse(await me(it.bank, it.person.token), 200)
    })

    test('the bank issues a lab token to a signed-in user, who cannot choose its claims', async () => {
      assertResponse(await call(it.bank, 'POST', '/labs/token', { body: {} }), 401, 'token_missing')
      for (const body of [{ sub: 'another-user' }, { claims: {} }, { expired: 'yes' }, { typ: 'at+jwt' }]) {
        assertResponse(await call(it.bank, 'POST', '/labs/token', { token: it.person.token, body }), 400)
      }
      const made = await call<string>(it.bank, 'POST', '/labs/token', {
        token: it.person.token,
        body: { expired: true },
      })
      assert.ok(claimsOf(made.body.data).exp <= Date.now() / 1000)
      assertResponse(await call(it.retirement, 'POST', '/labs/token', { token: it.person.token, body: {} }), 404)
    })

    test('the verifier returns a verdict only, and refuses cross-site requests', async () => {
      const lab = labTokenOf(await page(it.bank, it.person.token, '/token'))
      for (const service of it.both) {
        const verify = (body: object, headers: Readonly<Record<string, string>> = {}) =>
          call<Verdict>(service, 'POST', '/labs/verify', { body, headers })
        const { data } = (await verify({ token: lab })).body
        assert.deepEqual(Object.keys(data).sort(), ['code', 'detail', 'genuine', 'instance', 'sentence', 'service'])
        assert.deepEqual([data.genuine, data.service], [true, service.name])
        const access = (await verify({ token: it.person.token })).body.data
        assert.deepEqual([access.genuine, access.code], [false, 'token_claims_invalid'])
        assertResponse(await verify({ token: lab }, { 'sec-fetch-site': 'same-site' }), 403, 'cross_site_request')
        assertResponse(await verify({ token: lab }, { origin: 'https://evil.example' }), 403, 'cross_site_request')
        assertResponse(await verify({}), 400, 'invalid_request')
        assertResponse(await verify({ token: lab, typ: 'at+jwt' }), 400, 'invalid_request')
        assertResponse(await verify({ token: 'x'.repeat(8_193) }), 400, 'invalid_request')
        assertResponse(await verify({ token: 'x'.repeat(70_000) }), 413, 'body_too_large')
        const long = (await verify({ token: 'x'.repeat(8_192) })).body.data
        assert.deepEqual([long.code, long.detail], ['token_malformed', 'longer than 4096 bytes'])
        const foreign = await post(service, it.person.token, '/token', {}, { 'sec-fetch-site': 'same-site' })
        assert.equal(foreign.status, 403)
      }
    })

    test(`retirement forges tokens, and the bank responds ${forged.join(', ')}`, async () => {
      const html = await page(it.retirement, it.person.token, '/who-may-sign')
      assert.deepEqual(verdictsOf(html), [], 'the page alone sends no token')
      const tried = await post(it.retirement, it.person.token, '/who-may-sign', {})
      assert.deepEqual(verdictsOf(tried.body), forged)
      assert.doesNotMatch(tried.body, JWT, 'the forged token is not shown')
      assert.equal(tried.body.includes('authenticated the request as Forged User'), forged.includes('genuine'))
      assert.equal(await world.db.user.count({ where: { username: 'forged-user' } }), 0)
      const foreign = await post(it.retirement, it.person.token, '/who-may-sign', {}, { 'sec-fetch-site': 'same-site' })
      assert.equal(foreign.status, 403)
      assert.equal((await call(it.bank, 'GET', '/who-may-sign', { token: it.person.token })).status, 404)
    })

    // Each service is stopped once, in one of the two modes, because none is started again.
    if (alg === 'HS256') {
      test('the page says so when retirement is down', async () => {
        await it.retirement.stop()
        const html = await page(it.bank, it.person.token, '/token?exhibit=alg-none')
        assert.deepEqual(verdictsOf(html), ['genuine', 'token_malformed', 'no answer', 'no answer'])
      })
    } else {
      test('the page says so when the bank is down', async () => {
        await it.bank.stop()
        const alone = await page(it.retirement, it.person.token, '/token?exhibit=alg-none')
        assert.match(alone, /We can’t get a lab token from the bank right now/)
        assert.match(alone, />Claims</)
        assert.equal(findLabToken(alone), undefined)
        assert.equal((await post(it.retirement, it.person.token, '/who-may-sign', {})).status, 503)
      })
    }
  })
}

test('the labs do not exist without DEMO', async () => {
  const off = { DEMO: '0' }
  const it = await startBoth({ bank: off, retirement: off }, world.startHere)
  const { token } = await signIn(it.bank, it.person)
  for (const service of it.both) {
    for (const [method, path] of [
      ['GET', '/token'],
      ['GET', '/token?exhibit=expired'],
      ['GET', '/who-may-sign'],
    ] as const) {
      assert.equal((await call(service, method, path, { token })).status, 404, `${method} ${path}`)
    }
    for (const path of ['/labs/verify', '/labs/token']) {
      assertResponse(await call(service, 'POST', path, { token, body: { token } }), 404, 'not_found')
    }
    for (const path of ['/token', '/who-may-sign']) assert.equal((await post(service, token, path, {})).status, 404)
    assert.doesNotMatch((await call(service, 'GET', '/', { token })).text, /href="\/token"/)
  }
  await stopBoth(it)
})

test('no log line contains a whole JWT', async () => {
  const lines = await logsOf(world)
  assert.ok(lines.includes('"level"'))
  assert.doesNotMatch(lines, JWT)
})

// The session strategies with real processes and stores: one suite for all, then their differences.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { until } from '@signet/testing'
import { assertResponse, type Credentials, call, register, signIn } from './requests.js'
import { onRedis, redis, redisBank, redisRetirement } from './shared-redis.js'
import { bank, otherBank, retirement, world } from './shared-world.js'
import {
  COOKIES,
  IN_MEMORY,
  IN_POSTGRES,
  IN_REDIS,
  JWT,
  type Listed,
  me,
  refused,
  STRATEGIES,
  type Strategy,
  signInBy,
  VARIANTS,
} from './strategy-sign-ins.js'

for (const variant of VARIANTS) {
  describe(`strategy ${variant.name}`, () => {
    const { strategy, at } = variant
    let person: Credentials
    test('a sign-in sets its own cookie, which authenticates, and clears those of other strategies', async () => {
      person = await register(at)
      const { response, value, cookie } = await signInBy(variant, person)
      assert.equal(typeof response.body.data, strategy === 'jwt' ? 'string' : 'object')
      for (const [name, other] of Object.entries(COOKIES))
        assert.equal(response.cookies[other]?.value === '', name !== strategy, other)
      assert.equal(response.cookies.signet_refresh?.value === '', strategy !== 'jwt')
      assert.match(value, /^[\w.-]+$/, 'literal: nothing to decode')
      const { data } = assertResponse(await me(at, cookie), 200).body
      assert.deepEqual([data.username, data.strategy], [person.username, strategy])
      assert.ok(Date.parse(data.expiresAt) > Date.now())
    })

    test('a new sign-in in the same browser creates a new session and revokes the old one', async () => {
      const first = await signInBy(variant, person)
      assertResponse(await me(at, first.cookie), 200)
      const second = await signInBy(variant, person, first.cookie)
      assert.notEqual(second.cookie, first.cookie)
      await refused(at, first.cookie)
      assertResponse(await me(at, second.cookie), 200)
    })

    test('a changed cookie is refused, and a cookie sent twice is accepted', async () => {
      const { cookie, value } = await signInBy(variant, person)
      const name = COOKIES[strategy]
      const last = value.at(-1) === 'A' ? 'B' : 'A'
      assertResponse(await me(at, `${name}=${value.slice(0, -1)}${last}`), 401)
      assertResponse(await me(at, `${cookie}; ${cookie}`), 200)
      assertResponse(await me(at, `${name}=x; ${cookie}`), 200)
      assertResponse(await me(at, `${name}=x; ${name}=y`), 401, 'token_malformed')
      assertResponse(await me(at, `${name}=`), 401)
    })

    test('the session is listed with its strategy and can be revoked from another session', async () => {
      const { cookie } = await signInBy(variant, person)
      const { sid } = (await me(at, cookie)).body.data
      const { token } = await signIn(at, person)
      const listed = assertResponse(await call<Listed[]>(at, 'GET', '/api/sessions', { token }), 200).body.data
      assert.equal(listed.find(({ id }) => id === sid)?.strategy, strategy)
      assertResponse(await call(at, 'DELETE', `/api/sessions/${sid}`, { token }), 200)
      await refused(at, cookie)
    })

    test('the user can re-authenticate within the session', async () => {
      const { cookie } = await signInBy(variant, person)
      const again = (password: string) =>
        call(at, 'POST', '/api/reauthenticate', { body: { password }, headers: { cookie } })
      assertResponse(await again('wrong'), 401, 'invalid_credentials')
      const { data } = assertResponse(await again(person.password), 200).body
      assert.equal(typeof data, strategy === 'jwt' ? 'string' : 'object')
      assertResponse(await me(at, cookie), 200)
    })

    test('a sign-out revokes the session and clears its cookie, and a second one succeeds', async () => {
      const { cookie } = await signInBy(variant, person)
      const response = assertResponse(await call(at, 'POST', '/api/logout', { headers: { cookie } }), 200)
      assert.deepEqual(response.cookies[COOKIES[strategy]], { value: '', maxAge: 0 })
      await refused(at, cookie)
      assertResponse(await call(at, 'POST', '/api/logout', { headers: { cookie } }), 200)
    })

    test('a token takes precedence over other cookies', async () => {
      const { cookie } = await signInBy(variant, person)
      const other = await register(at)
      const both = `${cookie}; signet_token=${other.token}`
      if (strategy !== 'jwt') assert.equal((await me(at, both)).body.data.username, other.username)
    })
  })
}

describe('differences between the strategies', () => {
  test('one process accepts a memory session, every process accepts a shared session or a token', async () => {
    const person = await register(bank)
    for (const { strategy, at, sibling } of VARIANTS) {
      const { cookie } = await signInBy({ strategy, at }, person)
      const travels = strategy === 'session' ? 401 : 200
      assertResponse(await me(sibling, cookie), travels)
      if (at === bank) assertResponse(await me(otherBank, cookie), travels)
    }
  })

  test('retirement redirects an unknown session to a sign-in page that explains it, without a redirect loop', async () => {
    const { cookie } = await signInBy(IN_MEMORY, await register(bank))
    const led = await call(retirement, 'GET', '/?a=1', { headers: { cookie } })
    assert.equal(led.status, 303)
    const target = new URL(led.headers.get('location') ?? '')
    assert.deepEqual(
      [target.pathname, target.searchParams.get('reason'), target.searchParams.get('return_to')],
      ['/sign-in', 'session_unknown', `${world.common.RETIREMENT_URL}/?a=1`],
    )
    assert.deepEqual(led.cookies, {}, 'the bank still accepts it')
    const page = await call(bank, 'GET', target.pathname + target.search, { headers: { cookie } })
    assert.equal(page.status, 200)
    assert.match(page.text, /does not know it/)
  })

  test('a sign-out of a memory session at another bank gets 409', async () => {
    const { cookie } = await signInBy(IN_MEMORY, await register(bank))
    const response = await call(otherBank, 'POST', '/api/logout', { headers: { cookie } })
    assertResponse(response, 409, 'session_unknown')
    assertResponse(await me(bank, cookie), 200)
    assertResponse(await call(bank, 'POST', '/api/logout', { headers: { cookie } }), 200)
    await refused(bank, cookie)
  })

  test('a sign-out at retirement revokes a shared session at the bank', async () => {
    const person = await register(bank)
    for (const variant of [IN_POSTGRES, IN_REDIS]) {
      const { cookie } = await signInBy(variant, person)
      assertResponse(await me(variant.sibling, cookie), 200)
      assertResponse(await call(variant.sibling, 'POST', '/api/logout', { headers: { cookie } }), 200)
      await refused(variant.at, cookie)
      await refused(variant.sibling, cookie)
    }
  })

  test('a sign-out at retirement revokes a memory session of the bank, and every session of the request', async () => {
    const person = await register(bank)
    const three = await Promise.all([JWT, IN_MEMORY, IN_POSTGRES].map((variant) => signInBy(variant, person)))
    const out = (cookie: string) => call(retirement, 'POST', '/api/logout', { headers: { cookie } })
    const alone = await signInBy(IN_MEMORY, person)
    const { cookies } = assertResponse(await out(alone.cookie), 200)
    for (const name of Object.values(COOKIES)) assert.deepEqual(cookies[name], { value: '', maxAge: 0 })
    await refused(bank, alone.cookie)

    const all = three.map(({ cookie }) => cookie)
    for (const cookie of all) assertResponse(await me(bank, cookie), 200)
    assertResponse(await out(all.join('; ')), 200)
    for (const cookie of all) await refused(bank, cookie)
  })

  test('a shared session used only at retirement stays in the list of sessions and can be revoked there', async () => {
    const person = await register(bank)
    const { cookie } = await signInBy(IN_POSTGRES, person)
    const { sid } = assertResponse(await me(retirement, cookie), 200).body.data
    // The bank has not seen it for longer than SESSION_IDLE_TTL.
    await world.db.$executeRaw`
      UPDATE sessions SET last_seen_at = last_seen_at - interval '2 hours' WHERE id = ${sid}::uuid`
    const { token } = await signIn(bank, person)
    const { data } = assertResponse(await call<Listed[]>(bank, 'GET', '/api/sessions', { token }), 200).body
    assert.ok(data.some(({ id }) => id === sid))
    assertResponse(await call(bank, 'DELETE', `/api/sessions/${sid}`, { token }), 200)
    await refused(retirement, cookie)
  })

  test('a restart of the bank loses only memory sessions', async () => {
    const mortal = await world.start('bank')
    const person = await register(mortal)
    const cookies: [Strategy, string][] = []
    for (const strategy of STRATEGIES)
      cookies.push([strategy, (await signInBy({ strategy, at: mortal }, person)).cookie])
    await mortal.stop('SIGKILL')
    const reborn = await world.startHere('bank', { port: mortal.port })
    for (const [strategy, cookie] of cookies)
      assertResponse(await me(reborn, cookie), strategy === 'session' ? 401 : 200)
    await reborn.stop()
  })

  test('while the store is down shared sessions get 503 and keep their cookies, and tokens work', async () => {
    const person = await register(redisBank)
    const { cookie } = await signInBy(IN_REDIS, person)
    const body = { username: person.username, password: person.password, strategy: 'shared-session' }
    const again = () => call(redisBank, 'POST', '/api/login', { body })
    await redis.stop('SIGKILL')
    try {
      for (const service of [redisBank, redisRetirement]) {
        const response = assertResponse(await me(service, cookie), 503, 'unavailable')
        assert.deepEqual(response.cookies, {})
        assertResponse(await call(service, 'GET', '/api/me', { token: person.token }), 200)
        const ending = assertResponse(await call(service, 'POST', '/api/logout', { headers: { cookie } }), 503)
        assert.deepEqual(ending.cookies, {}, 'no session was revoked, so no cookie is cleared')
        assertResponse(await call(service, 'GET', '/readyz'), 200)
      }
      assert.deepEqual(assertResponse(await again(), 503, 'unavailable').cookies, {})
      const listed = await call<Listed[]>(redisBank, 'GET', '/api/sessions', { token: person.token })
      assert.equal(listed.body.data.length, 2, 'a failed sign-in creates no session')
    } finally {
      await redis.start()
    }
    await until(again, ({ status }) => status === 200, { what: 'a sign-in' })
    // Redis has no persistence: its sessions are lost.
    assertResponse(await me(redisBank, cookie), 401)
  })

  test('two banks count login attempts together, also with Redis', async () => {
    const strict = { ...onRedis, LOGIN_RATE_LIMIT: '3' }
    const [one, other] = await Promise.all([
      world.startHere('bank', { env: strict }),
      world.startHere('bank', { env: strict }),
    ])
    const { username } = await register(redisBank)
    const attempts = Array.from({ length: 12 }, (_, index) =>
      call(index % 2 === 0 ? one : other, 'POST', '/api/login', { body: { username, password: 'wrong' } }),
    )
    const statuses = (await Promise.all(attempts)).map(({ status }) => status).sort()
    assert.deepEqual(statuses, [...Array(3).fill(401), ...Array(9).fill(429)])
    await Promise.all([one.stop(), other.stop()])
  })
})

// The three ways to remember a person, each by real processes and real stores: one suite for all, then what sets them apart.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { until } from '@signet/testing'
import { assertAnswer, call, register, signIn } from './requests.mjs'
import { onRedis, redis, redisBank, redisRetirement } from './shared-redis.mjs'
import { bank, otherBank, retirement, world } from './shared-world.mjs'

const COOKIES = { jwt: 'signet_token', session: 'signet_session', 'shared-session': 'signet_shared_session' }
const VARIANTS = [
  { name: 'jwt', strategy: 'jwt', at: bank, sibling: retirement },
  { name: 'session', strategy: 'session', at: bank, sibling: retirement },
  { name: 'shared-session in PostgreSQL', strategy: 'shared-session', at: bank, sibling: retirement },
  { name: 'shared-session in Redis', strategy: 'shared-session', at: redisBank, sibling: redisRetirement },
]

/** Signs in, as a browser that carries `cookie`; the header that it carries from then on, and the answer. */
async function signInBy({ strategy, at }, { username, password }, cookie) {
  const headers = cookie === undefined ? {} : { cookie }
  const answer = assertAnswer(
    await call(at, 'POST', '/api/login', { body: { username, password, strategy }, headers }),
    200,
  )
  return { answer, cookie: `${COOKIES[strategy]}=${answer.cookies[COOKIES[strategy]].value}` }
}
const me = (service, cookie) => call(service, 'GET', '/api/me', { headers: { cookie } })
const refused = async (service, cookie) => {
  const answer = await until(
    () => me(service, cookie),
    ({ status }) => status !== 200,
    { what: 'the refusal' },
  )
  assertAnswer(answer, 401)
}

for (const variant of VARIANTS) {
  describe(`remembered by ${variant.name}`, () => {
    const { strategy, at } = variant
    let person
    test('a sign-in sets its own cookie, clears those of the other strategies, and is known by it', async () => {
      person = await register(at)
      const { answer, cookie } = await signInBy(variant, person)
      assert.equal(typeof answer.body.data, strategy === 'jwt' ? 'string' : 'object')
      for (const [name, other] of Object.entries(COOKIES))
        assert.equal(answer.cookies[other].value === '', name !== strategy, other)
      assert.equal(answer.cookies.signet_refresh.value === '', strategy !== 'jwt')
      assert.match(answer.cookies[COOKIES[strategy]].value, /^[\w.-]+$/, 'literal: nothing to decode')
      const { data } = assertAnswer(await me(at, cookie), 200).body
      assert.deepEqual([data.username, data.strategy], [person.username, strategy])
      assert.ok(Date.parse(data.expiresAt) > Date.now())
    })

    test('a new sign-in in the same browser has a new id, and the old one is over', async () => {
      const first = await signInBy(variant, person)
      assertAnswer(await me(at, first.cookie), 200)
      const second = await signInBy(variant, person, first.cookie)
      assert.notEqual(second.cookie, first.cookie)
      await refused(at, first.cookie)
      assertAnswer(await me(at, second.cookie), 200)
    })

    test('a cookie that was changed is refused, and one that was sent twice is accepted', async () => {
      const { cookie } = await signInBy(variant, person)
      const [name, value] = cookie.split('=')
      const last = value.at(-1) === 'A' ? 'B' : 'A'
      assertAnswer(await me(at, `${name}=${value.slice(0, -1)}${last}`), 401)
      assertAnswer(await me(at, `${cookie}; ${cookie}`), 200)
      assertAnswer(await me(at, `${name}=x; ${cookie}`), 200)
      assertAnswer(await me(at, `${name}=x; ${name}=y`), 401, 'token_malformed')
      assertAnswer(await me(at, `${name}=`), 401)
    })

    test('the sign-in is listed with its strategy, and ended from another one', async () => {
      const { cookie } = await signInBy(variant, person)
      const { sid } = (await me(at, cookie)).body.data
      const { token } = await signIn(at, person)
      const listed = assertAnswer(await call(at, 'GET', '/api/sessions', { token }), 200).body.data
      assert.equal(listed.find(({ id }) => id === sid)?.strategy, strategy)
      assertAnswer(await call(at, 'DELETE', `/api/sessions/${sid}`, { token }), 200)
      await refused(at, cookie)
    })

    test('the password can be typed again within it', async () => {
      const { cookie } = await signInBy(variant, person)
      const again = (password) => call(at, 'POST', '/api/reauthenticate', { body: { password }, headers: { cookie } })
      assertAnswer(await again('wrong'), 401, 'invalid_credentials')
      const { data } = assertAnswer(await again(person.password), 200).body
      assert.equal(typeof data, strategy === 'jwt' ? 'string' : 'object')
      assertAnswer(await me(at, cookie), 200)
    })

    test('a sign-out ends it and clears its cookie; doing so twice is no failure', async () => {
      const { cookie } = await signInBy(variant, person)
      const answer = assertAnswer(await call(at, 'POST', '/api/logout', { headers: { cookie } }), 200)
      assert.deepEqual(answer.cookies[COOKIES[strategy]], { value: '', maxAge: 0 })
      await refused(at, cookie)
      assertAnswer(await call(at, 'POST', '/api/logout', { headers: { cookie } }), 200)
    })

    test('where a token is sent too, the token counts', async () => {
      const { cookie } = await signInBy(variant, person)
      const other = await register(at)
      const both = `${cookie}; signet_token=${other.token}`
      if (strategy !== 'jwt') assert.equal((await me(at, both)).body.data.username, other.username)
    })
  })
}

describe('what sets them apart', () => {
  test('a session in memory is known to one process; a shared one and a token to every one', async () => {
    const person = await register(bank)
    for (const { strategy, at, sibling } of VARIANTS) {
      const { cookie } = await signInBy({ strategy, at }, person)
      const travels = strategy === 'session' ? 401 : 200
      assertAnswer(await me(sibling, cookie), travels)
      if (at === bank) assertAnswer(await me(otherBank, cookie), travels)
    }
  })

  test('retirement says why on the way to the sign-in, the page says it in words, and nothing goes in a circle', async () => {
    const { cookie } = await signInBy(VARIANTS[1], await register(bank))
    const led = await call(retirement, 'GET', '/?a=1', { headers: { cookie } })
    assert.equal(led.status, 303)
    const target = new URL(led.headers.get('location'))
    assert.deepEqual(
      [target.pathname, target.searchParams.get('reason'), target.searchParams.get('return_to')],
      ['/sign-in', 'session_unknown', `${world.common.RETIREMENT_URL}/?a=1`],
    )
    assert.deepEqual(led.cookies, {}, 'the bank knows it still')
    const page = await call(bank, 'GET', target.pathname + target.search, { headers: { cookie } })
    assert.equal(page.status, 200)
    assert.match(page.body, /does not know it/)
  })

  test('a sign-out that reaches another bank than the one that keeps the session in memory is no 200', async () => {
    const { cookie } = await signInBy(VARIANTS[1], await register(bank))
    const answer = await call(otherBank, 'POST', '/api/logout', { headers: { cookie } })
    assertAnswer(answer, 409, 'session_unknown')
    assertAnswer(await me(bank, cookie), 200)
    assertAnswer(await call(bank, 'POST', '/api/logout', { headers: { cookie } }), 200)
    await refused(bank, cookie)
  })

  test('a sign-out at retirement ends a shared session at the bank', async () => {
    const person = await register(bank)
    for (const variant of VARIANTS.slice(2)) {
      const { cookie } = await signInBy(variant, person)
      assertAnswer(await me(variant.sibling, cookie), 200)
      assertAnswer(await call(variant.sibling, 'POST', '/api/logout', { headers: { cookie } }), 200)
      await refused(variant.at, cookie)
      await refused(variant.sibling, cookie)
    }
  })

  test('a sign-out at retirement ends a session that the bank alone knows, and all that is sent at once', async () => {
    const person = await register(bank)
    const [jwt, inMemory, inStore] = await Promise.all(VARIANTS.slice(0, 3).map((variant) => signInBy(variant, person)))
    const out = (cookie) => call(retirement, 'POST', '/api/logout', { headers: { cookie } })
    const alone = await signInBy(VARIANTS[1], person)
    const { cookies } = assertAnswer(await out(alone.cookie), 200)
    for (const name of Object.values(COOKIES)) assert.deepEqual(cookies[name], { value: '', maxAge: 0 })
    await refused(bank, alone.cookie)

    const all = [jwt, inMemory, inStore].map(({ cookie }) => cookie)
    for (const cookie of all) assertAnswer(await me(bank, cookie), 200)
    assertAnswer(await out(all.join('; ')), 200)
    for (const cookie of all) await refused(bank, cookie)
  })

  test('a shared session that is used at retirement alone stays in the list of sign-ins, and can be ended there', async () => {
    const person = await register(bank)
    const { cookie } = await signInBy(VARIANTS[2], person)
    const { sid } = assertAnswer(await me(retirement, cookie), 200).body.data
    // As if the bank had not seen it for longer than SESSION_IDLE_TTL.
    await world.db.$executeRaw`
      UPDATE sessions SET last_seen_at = last_seen_at - interval '2 hours' WHERE id = ${sid}::uuid`
    const { token } = await signIn(bank, person)
    const { data } = assertAnswer(await call(bank, 'GET', '/api/sessions', { token }), 200).body
    assert.ok(data.some(({ id }) => id === sid))
    assertAnswer(await call(bank, 'DELETE', `/api/sessions/${sid}`, { token }), 200)
    await refused(retirement, cookie)
  })

  test('a restart of the bank loses what was in its memory, and nothing else', async () => {
    const mortal = await world.start('bank')
    const person = await register(mortal)
    const cookies = []
    for (const strategy of Object.keys(COOKIES))
      cookies.push([strategy, (await signInBy({ strategy, at: mortal }, person)).cookie])
    await mortal.stop('SIGKILL')
    const reborn = await world.startHere('bank', { port: mortal.port })
    for (const [strategy, cookie] of cookies) assertAnswer(await me(reborn, cookie), strategy === 'session' ? 401 : 200)
    await reborn.stop()
  })

  test('while the store is down sessions in it wait with their cookies, tokens notice nothing, and it comes back', async () => {
    const person = await register(redisBank)
    const { cookie } = await signInBy(VARIANTS[3], person)
    const body = { username: person.username, password: person.password, strategy: 'shared-session' }
    const again = () => call(redisBank, 'POST', '/api/login', { body })
    await redis.stop('SIGKILL')
    try {
      for (const service of [redisBank, redisRetirement]) {
        const answer = assertAnswer(await me(service, cookie), 503, 'unavailable')
        assert.deepEqual(answer.cookies, {})
        assertAnswer(await call(service, 'GET', '/api/me', { token: person.token }), 200)
        const ending = assertAnswer(await call(service, 'POST', '/api/logout', { headers: { cookie } }), 503)
        assert.deepEqual(ending.cookies, {}, 'nothing was ended, so nothing is cleared')
        assertAnswer(await call(service, 'GET', '/readyz'), 200)
      }
      assert.deepEqual(assertAnswer(await again(), 503, 'unavailable').cookies, {})
      const listed = await call(redisBank, 'GET', '/api/sessions', { token: person.token })
      assert.equal(listed.body.data.length, 2, 'a sign-in that could not begin is none')
    } finally {
      await redis.start()
    }
    await until(again, ({ status }) => status === 200, { what: 'a sign-in' })
    // Redis kept nothing: its sessions are gone, and said to be unknown.
    assertAnswer(await me(redisBank, cookie), 401)
  })

  test('attempts are counted in Redis by two banks together', async () => {
    const strict = { ...onRedis, LOGIN_RATE_LIMIT: '3' }
    const banks = await Promise.all([1, 2].map(() => world.startHere('bank', { env: strict })))
    const { username } = await register(redisBank)
    const tries = Array.from({ length: 12 }, (_, index) =>
      call(banks[index % 2], 'POST', '/api/login', { body: { username, password: 'wrong' } }),
    )
    const statuses = (await Promise.all(tries)).map(({ status }) => status).sort()
    assert.deepEqual(statuses, [...Array(3).fill(401), ...Array(9).fill(429)])
    await Promise.all(banks.map((one) => one.stop()))
  })
})

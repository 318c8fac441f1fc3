import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { seedRetirement } from '@signet/retirement-database/seed'
import { until } from '@signet/testing'
import { system } from './shared-system.js'
import { BANK, claimsOf, cookieOf, cookiesOf, RETIREMENT } from './support.js'

const get = (url: string, headers: Record<string, string> = {}) => system.app.inject({ url, headers })
const post = (url: string, headers: Record<string, string> = {}) => system.app.inject({ method: 'POST', url, headers })
const tampered = (token: string) =>
  token.replace(/\.([^.])([^.]*)$/, (_, first, rest) => `.${first === 'A' ? 'B' : 'A'}${rest}`)

describe("the bank's token", () => {
  test('is accepted from the cookie and from the header', async () => {
    const token = await system.bank.register('accepted')
    const { id, sid, exp } = claimsOf(token)
    for (const headers of [cookieOf(token), { authorization: `Bearer ${token}` }]) {
      const { instance, ...me } = (await get('/api/me', headers)).json().data
      assert.deepEqual(me, {
        id,
        username: 'accepted',
        name: 'Name of accepted',
        strategy: 'jwt',
        sid,
        expiresAt: new Date(Number(exp) * 1000).toISOString(),
        service: 'retirement',
      })
      assert.match(instance, /^retirement-/)
    }
  })

  test('is refused after a change, and no plan is created', async () => {
    const token = await system.bank.register('changed')
    const answer = await get('/api/plan', cookieOf(tampered(token)))
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_signature_invalid'])
    assert.equal(await system.db.plan.count({ where: { userId: String(claimsOf(token).sub) } }), 0)
  })

  test('is refused after the session was revoked at the bank', async () => {
    const token = await system.bank.register('ended')
    assert.equal((await get('/api/me', cookieOf(token))).statusCode, 200)
    await post('/api/logout', cookieOf(token))
    await until(
      async () => (await get('/api/me', cookieOf(token))).statusCode,
      (status) => status === 401,
    )
    assert.equal((await get('/api/me', cookieOf(token))).json().code, 'token_revoked')
  })
})

describe('the plan', () => {
  test('is created empty at the first visit, and the next visit finds it', async () => {
    const headers = cookieOf(await system.bank.register('saver'))
    const first = (await get('/api/plan', headers)).json().data
    assert.deepEqual([first.balance, first.currency, first.contributions], [0, 'USD', []])
    assert.equal(
      first.allocation.reduce((sum: number, { percent }: { percent: number }) => sum + percent, 0),
      100,
    )
    assert.deepEqual((await get('/api/plan', headers)).json().data, first)
    const page = await get('/', headers)
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /There are no contributions yet\./)
    assert.match(page.body, /<a href="[^"]+\/transfer\?to=retirement[^"]*">Make a first contribution<\/a>/)
  })

  test('is created once by two concurrent first visits', async () => {
    const token = await system.bank.register('twice')
    const answers = await Promise.all(Array.from({ length: 8 }, () => get('/api/plan', cookieOf(token))))
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      answers.map(() => 200),
    )
    assert.equal(new Set(answers.map(({ body }) => body)).size, 1)
    assert.equal(await system.db.plan.count({ where: { userId: String(claimsOf(token).sub) } }), 1)
  })

  test('with many contributions shows the latest twelve, and every contribution once on its pages', async () => {
    const token = await system.bank.register('frequent')
    const headers = cookieOf(token)
    const userId = String(claimsOf(token).sub)
    assert.equal((await get('/', headers)).statusCode, 200)
    // Three entries share each time, so the id decides their order at the edge of a page.
    const data = Array.from({ length: 120 }, (_, index) => ({
      id: randomUUID(),
      userId,
      kind: 'contribution' as const,
      origin: 'bank' as const,
      at: new Date(Date.UTC(2026, 0, 1 + Math.floor(index / 3))),
      amountMinor: BigInt(index + 1),
      memo: `Contribution ${index}`,
    }))
    await system.owner.planEntry.createMany({ data })
    const shownOn = (body: string) => [...body.matchAll(/\/transfers\/([0-9a-f-]{36})/g)].map(([, id]) => id)
    assert.equal(shownOn((await get('/', headers)).body).length, 12)
    const seen: Array<string | undefined> = []
    const sizes: number[] = []
    for (let url: string | undefined = '/?contributions=all'; url; ) {
      const { statusCode, body }: { statusCode: number; body: string } = await get(url, headers)
      assert.equal(statusCode, 200)
      sizes.push(shownOn(body).length)
      seen.push(...shownOn(body))
      url = /rel="next" href="([^"#]+)/.exec(body)?.[1]
    }
    assert.deepEqual(sizes, [50, 50, 20])
    assert.deepEqual([...seen].sort(), data.map(({ id }) => id).sort())
    const other = cookieOf(await system.bank.register('curious'))
    const cursor = `${Date.UTC(2027, 0, 1)}_${data[0]?.id}`
    assert.deepEqual(shownOn((await get(`/?contributions=${cursor}`, other)).body), [])
  })

  for (const [name, { id }] of Object.entries(DEMO_USERS)) {
    test(`of ${name} from the demo: its balance is the sum of its entries, in the API and on the page`, async () => {
      await seedRetirement(system.owner)
      await system.bank.register(`like-${name}`)
      await system.bank.rename(`like-${name}`, id)
      const headers = cookieOf(await system.bank.login(`like-${name}`))
      const answer = await get('/api/plan', headers)
      assert.equal(answer.statusCode, 200, answer.body)
      const { balance, contributions, currency } = answer.json().data
      const entries = await system.db.planEntry.findMany({ where: { userId: id } })
      assert.ok(entries.length > 60, `${entries.length} entries`)
      assert.equal(
        BigInt(balance),
        entries.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
      )
      const paidIn = entries.filter(({ kind }) => kind === 'contribution')
      assert.deepEqual(
        contributions.map((contribution: { id: string }) => contribution.id).sort(),
        paidIn.map((entry) => entry.id).sort(),
      )
      const times = contributions.map(({ at }: { at: string }) => at)
      assert.deepEqual(times, [...times].sort().reverse(), 'newest first')
      assert.equal(currency, 'USD')
      const page = await get('/', headers)
      assert.equal(page.statusCode, 200)
      const shown = (balance / 100).toLocaleString('en-US', { style: 'currency', currency: 'USD' })
      assert.ok(page.body.includes(shown), shown)
      assert.match(page.body, /<svg[^>]*role="img"/)
    })
  }
})

describe('a user who is not signed in', () => {
  const rows = [
    ['/', `${RETIREMENT}/`],
    ['/?contributions=all&a=%20b%2Fc', `${RETIREMENT}/?contributions=all&a=%20b%2Fc`],
  ] as const
  for (const [url, comesBackTo] of rows) {
    test(`is redirected to the bank's sign-in, and returns to ${comesBackTo}`, async () => {
      const answer = await get(url)
      assert.equal(answer.statusCode, 303)
      const location = new URL(String(answer.headers.location))
      assert.equal(location.origin + location.pathname, `${BANK}/sign-in`)
      assert.deepEqual([...location.searchParams], [['return_to', comesBackTo]])
      assert.match(String(answer.headers['server-timing']), /auth;dur=/)
    })
  }

  test('gets 401 from the API, with a challenge without an error', async () => {
    const answer = await get('/api/plan')
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_missing'])
    assert.equal(answer.headers['www-authenticate'], 'Bearer')
  })

  test('is redirected to the bank by the sign-out, because its refresh cookie may still identify the session', async () => {
    const answer = await post('/sign-out')
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, `${BANK}/sign-out`])
    assert.deepEqual((await post('/api/logout')).json(), { status: 'ok', data: null })
  })
})

describe('with the database stopped', () => {
  test('the plan responds 503, no user is signed out, and it works again after the restart', async () => {
    const headers = cookieOf(await system.bank.register('patient'))
    assert.equal((await get('/api/plan', headers)).statusCode, 200)
    await system.server?.stop()
    try {
      for (const url of ['/api/plan', '/', '/readyz']) {
        const answer = await get(url, headers)
        assert.deepEqual([answer.statusCode, cookiesOf(answer)], [503, []], url)
      }
      assert.equal((await get('/api/me', headers)).statusCode, 200, 'who I am is in the token')
      assert.equal((await get('/healthz')).statusCode, 200)
    } finally {
      await system.server?.start()
    }
    assert.equal((await get('/readyz')).statusCode, 200)
    assert.equal((await get('/api/plan', headers)).statusCode, 200)
  })
})

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { ada, cookieOf, grace, json, sharedBank, type TestBank, tokenOf, withClaims } from '../support.js'

interface Account {
  id: string
  name: string
  number: string
  currency: string
  balance: number
}
interface Entry {
  id: string
  at: string
  amount: number
  balance: number
  memo: string
  transferId: string | null
}

let bank: TestBank
let headers = { cookie: '' }
let accounts: Account[] = []
let foreign: Account
const get = (url: string) => bank.app.inject({ url, headers })
const accountsOf = async (person: typeof ada | typeof grace): Promise<Account[]> =>
  (await bank.app.inject({ url: '/api/accounts', headers: cookieOf(await tokenOf(bank.app, person)) })).json().data

before(async () => {
  bank = await sharedBank()
  headers = cookieOf(await tokenOf(bank.app))
  accounts = await accountsOf(ada)
  foreign = (await accountsOf(grace))[0] as Account
})

describe('accounts', () => {
  test('lists the user’s accounts by name, with whole minor units', async () => {
    assert.deepEqual(
      accounts.map(({ name, number, currency }) => [name, number, currency]),
      [
        ['Checking', '4821-0937-55', 'USD'],
        ['Savings', '4821-0937-63', 'USD'],
      ],
    )
    for (const account of accounts) {
      assert.deepEqual(Object.keys(account), ['id', 'name', 'number', 'currency', 'balance'])
      assert.ok(Number.isSafeInteger(account.balance) && account.balance > 0)
    }
    assert.equal((await bank.app.inject('/api/accounts')).json().code, 'token_missing')
  })

  for (const index of [0, 1]) {
    test(`account ${index + 1}: 50 entries per page, newest first, each once, with a sum equal to the balance`, async () => {
      const { id, balance } = accounts[index] as Account
      const entries: Entry[] = []
      const sizes: number[] = []
      let next: string | null = ''
      while (next !== null) {
        const answer = await get(`/api/accounts/${id}/entries${next && `?cursor=${encodeURIComponent(next)}`}`)
        assert.equal(answer.statusCode, 200)
        const { data } = answer.json()
        entries.push(...data.entries)
        sizes.push(data.entries.length)
        next = data.next
      }
      assert.equal(entries.length, await bank.db.entry.count({ where: { accountId: id } }))
      assert.equal(new Set(entries.map((entry) => entry.id)).size, entries.length)
      assert.deepEqual(sizes.slice(0, -1), sizes.slice(0, -1).fill(50))
      assert.equal(
        entries.reduce((sum, { amount }) => sum + amount, 0),
        balance,
      )
      for (const [position, entry] of entries.entries()) {
        const older = entries[position + 1]
        assert.deepEqual(Object.keys(entry), ['id', 'at', 'amount', 'balance', 'memo', 'transferId'])
        assert.equal(entry.balance, entry.amount + (older?.balance ?? 0), `entry ${entry.id}`)
        assert.equal(new Date(entry.at).toISOString(), entry.at)
        if (older) assert.ok(entry.at >= older.at)
      }
      assert.equal(entries[0]?.balance, balance)
      assert.equal(entries.at(-1)?.memo, 'Opening balance')
    })
  }

  test('a new entry between two pages does not shift the next page', async () => {
    const { id } = accounts[0] as Account
    const first = (await get(`/api/accounts/${id}/entries`)).json().data
    const payload = JSON.stringify({ from: id, to: accounts[1]?.id, amount: 1, memo: 'between' })
    const order = { method: 'POST', url: '/api/transfers', payload } as const
    await bank.app.inject({ ...order, headers: { ...headers, ...json, 'idempotency-key': 'between' } })
    const second = (await get(`/api/accounts/${id}/entries?cursor=${first.next}`)).json().data
    const again = (await get(`/api/accounts/${id}/entries?cursor=${first.next}`)).json().data
    assert.deepEqual(second, again)
    assert.equal(second.entries.length, 50)
    assert.equal((await get(`/api/accounts/${id}/entries`)).json().data.entries[0].memo, 'between')
    assert.ok(!first.entries.some(({ id: seen }: Entry) => second.entries.some((entry: Entry) => entry.id === seen)))
  })
})

describe('an account of another user or an unknown one', () => {
  const ids: ReadonlyArray<readonly [why: string, id: () => string]> = [
    ["somebody else's", () => foreign.id],
    ['one that does not exist', () => '00000000-0000-4000-8000-000000000000'],
    ['my own in capitals', () => accounts[0]?.id.toUpperCase() ?? ''],
    ['its number', () => accounts[0]?.number ?? ''],
    ['a word', () => 'checking'],
    ['a number', () => '1'],
    ['SQL', () => encodeURIComponent("' OR 1=1 --")],
    ['a NUL byte', () => '%00'],
    ['80 characters', () => 'x'.repeat(80)],
    ['200 characters', () => 'x'.repeat(200)],
  ]
  for (const [why, id] of ids) {
    test(`responds 404 in the API and as a page: ${why}`, async () => {
      for (const query of ['', '?cursor=none-of-ours']) {
        const api = await get(`/api/accounts/${id()}/entries${query}`)
        assert.deepEqual([api.statusCode, api.json().code], [404, 'not_found'], query)
      }
      const page = await get(`/accounts/${id()}`)
      assert.equal(page.statusCode, 404)
      assert.match(String(page.headers['content-type']), /^text\/html/)
    })
  }

  test('the two responses are equal byte by byte', async () => {
    const [theirs, nobodys] = await Promise.all(
      [foreign.id, '00000000-0000-4000-8000-000000000000'].map((id) => get(`/api/accounts/${id}/entries`)),
    )
    assert.equal(theirs?.body, nobodys?.body)
  })

  const cursors = [
    'x',
    '',
    '0',
    '-1',
    '1',
    '1-',
    '-1',
    '1-0',
    '0-1',
    '1-1-1',
    '99999999999999-1x',
    '1.5',
    '1e3',
    '%00',
    '9'.repeat(19),
    '9'.repeat(400),
    '1%27',
    '1&cursor=2',
    ' 1',
  ]
  for (const cursor of cursors) {
    test(`an invalid cursor responds 400: ${JSON.stringify(cursor).slice(0, 40)}`, async () => {
      const { id } = accounts[0] as Account
      const answer = await get(`/api/accounts/${id}/entries?cursor=${cursor}`)
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'])
      assert.equal((await get(`/accounts/${id}?cursor=${cursor}`)).statusCode, 400)
    })
  }
})

for (const search of ['%00', 'a%00b', '%0a', '%7f', 'x'.repeat(101), 'a&q=b']) {
  test(`an invalid search responds 400: ${search.slice(0, 40)}`, async () => {
    const { id } = accounts[0] as Account
    const answer = await get(`/api/accounts/${id}/entries?q=${search}`)
    assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'])
    assert.equal((await get(`/accounts/${id}?q=${search}`)).statusCode, 400)
  })
}

describe('the pages', () => {
  test('show the accounts, and an account’s entries with links to older and newer ones', async () => {
    const [checking] = accounts as [Account]
    const list = await get('/')
    assert.equal(list.statusCode, 200)
    for (const { id, name, number } of accounts) {
      assert.ok(list.body.includes(`href="/accounts/${id}"`) && list.body.includes(name) && list.body.includes(number))
    }
    const page = await get(`/accounts/${checking.id}`)
    const { next } = (await get(`/api/accounts/${checking.id}/entries`)).json().data
    assert.equal(page.body.match(/<tr/g)?.length, 51, 'a head and 50 entries')
    const older = `/accounts/${checking.id}?cursor=${next}`
    assert.ok(page.body.includes(`href="${older}"`))
    const second = await get(older)
    assert.ok(second.body.includes(`href="/accounts/${checking.id}"`), 'a way back to the newest')
  })
})

describe('a valid token with ids that are not UUIDs', () => {
  for (const [method, url] of [
    ['GET', '/api/accounts'],
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions'],
    ['POST', '/api/reauthenticate'],
  ] as const) {
    for (const ids of [{ sub: 'x', id: 'x' }, { sid: 'x' }])
      test(`is refused without an internal error: ${method} ${url} with ${Object.keys(ids).join(' and ')}`, async () => {
        const token = withClaims(await tokenOf(bank.app), ids)
        const body = method === 'POST' ? { payload: JSON.stringify({ password: 'x' }) } : {}
        const answer = await bank.app.inject({ method, url, headers: { ...cookieOf(token), ...json }, ...body })
        assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_claims_invalid'])
      })
  }

  test('revokes nothing at a sign-out', async () => {
    const token = withClaims(await tokenOf(bank.app), { sid: 'x' })
    const answer = await bank.app.inject({ method: 'POST', url: '/api/logout', headers: cookieOf(token) })
    assert.equal(answer.statusCode, 409)
  })
})

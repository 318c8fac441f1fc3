import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { DEPOSIT_TYP } from '@signet/contracts'
import { system } from './shared-system.js'
import { BANK, claimsOf, cookieOf, RETIREMENT, SECRET } from './support.js'

let userToken: string
let kid: string
before(async () => {
  userToken = await system.bank.register('depositor')
  kid = JSON.parse(Buffer.from(userToken.split('.')[0] ?? '', 'base64url').toString()).kid
})

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
function message(change: object = {}, typ = DEPOSIT_TYP): string {
  const iat = Math.floor(Date.now() / 1000)
  const claims = {
    iss: BANK,
    aud: RETIREMENT,
    sub: randomUUID(),
    jti: randomUUID(),
    iat,
    exp: iat + 60,
    amount: 2_500,
    currency: 'USD',
    memo: 'Pension',
  }
  const input = `${encode({ alg: 'HS256', typ, kid })}.${encode({ ...claims, ...change })}`
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
}
const deposit = (token?: string) =>
  system.app.inject({
    method: 'POST',
    url: '/api/deposits',
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  })

describe('POST /api/deposits', () => {
  test('credits a deposit once under concurrent requests, and creates the plan of a new customer', async () => {
    const sub = randomUUID()
    const token = message({ sub, jti: randomUUID() })
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => deposit(token)))).map(
      (answer) => answer.statusCode,
    )
    assert.deepEqual(statuses.sort(), [...Array(19).fill(200), 201])
    const { body } = await system.app.inject('/metrics')
    const counted = (outcome: string) =>
      Number(new RegExp(`^deposits_received_total\\{outcome="${outcome}".*\\} (\\d+)$`, 'm').exec(body)?.[1])
    assert.deepEqual([counted('credited'), counted('credited_before')], [1, 19])
    const entries = await system.db.planEntry.findMany({ where: { userId: sub } })
    assert.deepEqual(
      entries.map(({ kind, origin, amountMinor, memo }) => [kind, origin, amountMinor, memo]),
      [['contribution', 'bank', 2_500n, 'Pension']],
    )
  })

  test('the user’s plan shows the deposit with the id of the transfer', async () => {
    const jti = randomUUID()
    assert.equal((await deposit(message({ sub: claimsOf(userToken).sub, jti }))).statusCode, 201)
    const { balance, contributions } = (
      await system.app.inject({ url: '/api/plan', headers: cookieOf(userToken) })
    ).json().data
    assert.equal(balance, 2_500)
    const [{ id, amount, memo, origin }] = contributions
    assert.deepEqual([id, amount, memo, origin], [jti, 2_500, 'Pension', 'bank'])
  })

  const jti = randomUUID()
  const saver = randomUUID()
  const REFUSED: ReadonlyArray<readonly [why: string, token: () => string | undefined, status: number, code: string]> =
    [
      ['no message', () => undefined, 401, 'token_missing'],
      ["a person's own token", () => userToken, 403, 'forbidden'],
      ['a message for the bank', () => message({ aud: BANK }), 401, 'token_claims_invalid'],
      ['a message of somebody else', () => message({ iss: RETIREMENT }), 401, 'token_claims_invalid'],
      ['another kind of ours', () => message({}, 'statuslist+jwt'), 401, 'token_claims_invalid'],
      ['nothing to credit', () => message({ amount: 0 }), 401, 'token_claims_invalid'],
      ['less than nothing', () => message({ amount: -5 }), 401, 'token_claims_invalid'],
      ['a memo that no database keeps', () => message({ memo: 'a\u0000b' }), 401, 'token_claims_invalid'],
      ['a memo with half of a character', () => message({ memo: '\ud83d' }), 401, 'token_claims_invalid'],
      ['a memo of 141 characters', () => message({ memo: 'x'.repeat(141) }), 401, 'token_claims_invalid'],
      ['half a cent', () => message({ amount: 1.5 }), 401, 'token_claims_invalid'],
      ['another currency than that of the plan', () => message({ currency: 'EUR' }), 400, 'invalid_request'],
      [
        'the same transfer with another amount',
        () => message({ jti, sub: saver, amount: 9_999 }),
        400,
        'invalid_request',
      ],
    ]
  test('refuses invalid deposits and changes nothing', async (t) => {
    assert.equal((await deposit(message({ jti, sub: saver }))).statusCode, 201)
    const refused = REFUSED.map(([why, token, status, code]) => ({ why, token: token(), status, code }))
    const users = refused.flatMap(({ token }) => (token === undefined ? [] : [String(claimsOf(token).sub)]))
    const where = { OR: [{ id: jti }, { userId: { in: users } }] }
    const count = await system.db.planEntry.count({ where })
    for (const { why, token, status, code } of refused) {
      await t.test(why, async () => {
        const answer = await deposit(token)
        assert.deepEqual([answer.statusCode, answer.json().code], [status, code])
      })
    }
    assert.equal(await system.db.planEntry.count({ where }), count)
  })

  test('does not accept a message in a cookie, which browsers send automatically', async () => {
    const answer = await system.app.inject({ method: 'POST', url: '/api/deposits', headers: cookieOf(message()) })
    assert.deepEqual([answer.statusCode, answer.json().code], [401, 'token_missing'])
  })
})

describe('the allocation', () => {
  const choose = (allocation: string) =>
    system.app.inject({
      method: 'POST',
      url: '/allocation',
      headers: { ...cookieOf(userToken), 'content-type': 'application/x-www-form-urlencoded' },
      payload: String(new URLSearchParams({ allocation })),
    })
  test('is saved, and changes the plan and its projection', async () => {
    const projection = async () =>
      (await system.app.inject({ url: '/api/projection?years=10&monthly=10000', headers: cookieOf(userToken) })).json()
        .data
    assert.equal((await choose('cautious')).statusCode, 303)
    const calm = await projection()
    assert.equal((await choose('growth')).headers.location, '/?saved=allocation#allocation')
    const bold = await projection()
    assert.ok(bold.high.at(-1) > calm.high.at(-1))
    const plan = (await system.app.inject({ url: '/api/plan', headers: cookieOf(userToken) })).json().data
    assert.equal(plan.allocation[0].percent, 85)
  })
  test('must be a known one', async () => {
    for (const name of ['', 'all-in', '__proto__', 'toString']) assert.equal((await choose(name)).statusCode, 400, name)
  })
})

describe('GET /api/projection', () => {
  for (const query of [
    '',
    'years=10',
    'years=0&monthly=0',
    'years=51&monthly=0',
    'years=1.5&monthly=0',
    'years=x&monthly=0',
    'years=10&monthly=-1',
    'years=10&monthly=1000001',
    'years=10&monthly=1e3',
    'years=10&years=11&monthly=0',
  ])
    test(`refuses ${query || 'an empty query'}`, async () => {
      const answer = await system.app.inject({ url: `/api/projection?${query}`, headers: cookieOf(userToken) })
      assert.deepEqual([answer.statusCode, answer.json().code], [400, 'invalid_request'])
    })
})

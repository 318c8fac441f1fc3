import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  ada,
  claimsOf,
  cookieOf,
  cookiesOf,
  form,
  json,
  login,
  sharedBank,
  type TestBank,
  tokenOf,
} from '../support.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

async function read(name: string, outcome: string, app = bank.app): Promise<number> {
  const { body } = await app.inject('/metrics')
  const line = body.split('\n').find((line) => line.startsWith(`${name}{`) && line.includes(outcome))
  return line === undefined ? 0 : Number(line.split(' ').at(-1))
}

async function growth(name: string, outcome: string, work: () => Promise<unknown>, app = bank.app): Promise<number> {
  const earlier = await read(name, `outcome="${outcome}"`, app)
  await work()
  return (await read(name, `outcome="${outcome}"`, app)) - earlier
}

const right = { username: ada.username, password: ada.password }
const wrong = { username: ada.username, password: 'not-the-password-of-ada' }

describe('sign-ins in the metrics', () => {
  test('are counted by how they ended, on the page as in the API', async () => {
    const page = (credentials: Record<string, string>) =>
      bank.app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: form,
        payload: String(new URLSearchParams(credentials)),
      })
    for (const ask of [(credentials: Record<string, string>) => login(bank.app, credentials), page]) {
      assert.equal(await growth('sign_ins_total', 'accepted', () => ask(right)), 1)
      assert.equal(await growth('sign_ins_total', 'invalid_credentials', () => ask(wrong)), 1)
      assert.equal(await growth('sign_ins_total', 'accepted', () => ask(wrong)), 0)
    }
  })

  test('beyond the limit, and beyond the queue', async () => {
    const limited = await sharedBank({ LOGIN_RATE_LIMIT: '1' })
    const stranger = { username: 'nobody-in-particular', password: 'whatever-it-may-be' }
    await login(limited.app, stranger)
    assert.equal(await growth('sign_ins_total', 'rate_limited', () => login(limited.app, stranger), limited.app), 1)

    const { app } = await sharedBank({ LOGIN_CONCURRENCY: '1', LOGIN_QUEUE: '0' })
    const refused = await growth(
      'sign_ins_total',
      'unavailable',
      () => Promise.all(Array.from({ length: 5 }, () => login(app, right))),
      app,
    )
    assert.ok(refused >= 1, `${refused} of five at once`)
    assert.equal(await read('password_hashes_refused_total', '', app), refused)
    assert.deepEqual(
      [await read('password_hashes_running', '', app), await read('password_hashes_waiting', '', app)],
      [0, 0],
    )
  })

  test('count re-authentications and registrations', async () => {
    const headers = { ...cookieOf(await tokenOf(bank.app)), ...json }
    const reauthenticate = (password: string) =>
      bank.app.inject({ method: 'POST', url: '/api/reauthenticate', headers, payload: JSON.stringify({ password }) })
    assert.equal(await growth('reauthentications_total', 'accepted', () => reauthenticate(ada.password)), 1)
    assert.equal(
      await growth('reauthentications_total', 'invalid_credentials', () => reauthenticate(wrong.password)),
      1,
    )
    const register = () =>
      bank.app.inject({
        method: 'POST',
        url: '/api/register',
        headers: json,
        payload: JSON.stringify({ username: 'counted', name: 'Counted', password: 'a-long-enough-phrase' }),
      })
    assert.equal(await growth('registrations_total', 'accepted', register), 1)
    assert.equal(await growth('registrations_total', 'username_taken', register), 1)
  })
})

describe('renewals in the metrics', () => {
  test('distinguish a renewal, a repetition, a reused copy and an ended session', async () => {
    const signIn = await login(bank.app, right)
    const sid = String(claimsOf(String(signIn.json().data)).sid)
    const refreshOf = (answer: typeof signIn) =>
      /^signet_refresh=([^;]+)/.exec(
        cookiesOf(answer).find((cookie) => cookie.startsWith('signet_refresh=')) ?? '',
      )?.[1]
    const renew = (refresh: string | undefined) =>
      bank.app.inject({ method: 'POST', url: '/api/token/refresh', headers: { cookie: `signet_refresh=${refresh}` } })
    const first = refreshOf(signIn)

    let second: string | undefined
    assert.equal(
      await growth('session_renewals_total', 'rotated', async () => {
        second = refreshOf(await renew(first))
      }),
      1,
    )
    assert.equal(await growth('session_renewals_total', 'replayed', () => renew(first)), 1)
    await renew(second)
    // As if the grace of ten seconds were over.
    await bank.db.session.update({ where: { id: sid }, data: { rotatedAt: new Date(Date.now() - 11_000) } })
    assert.equal(await growth('session_renewals_total', 'reuse_detected', () => renew(first)), 1)
    assert.equal(await growth('session_renewals_total', 'token_revoked', () => renew(second)), 1)
    assert.equal(
      await growth('session_renewals_total', 'token_signature_invalid', () =>
        renew(`${second}`.replace(/.{5}$/, 'AAAAA')),
      ),
      1,
    )
  })
})

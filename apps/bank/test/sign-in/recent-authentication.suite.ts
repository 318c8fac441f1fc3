import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { SoftwareAuthenticator } from '@signet/testing'
import { type Browser, openBrowser } from '../browser.js'
import { type Customer, newCustomer } from '../customer.js'
import { passkeyOwner, RP_ID, signInWith } from '../passkeys/owner.js'
import { addPasskey, authenticated, userIdOf } from '../sign-in-methods/methods.js'
import { BANK, cookiesOf, jarOf, sharedBank, type TestBank } from '../support.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

const NEW = 'another quiet place by the sea'
const PROOF = 'signet_recent'
const STRATEGIES = ['jwt', 'session', 'shared-session'] as const
const another = () => new SoftwareAuthenticator({ origin: BANK, rpId: RP_ID })

async function signIn({ username, password }: Customer, strategy: (typeof STRATEGIES)[number] = 'jwt') {
  const browser = openBrowser(bank.app)
  await browser.send('POST', '/api/login', { username, password, strategy })
  return browser
}

/** What another host of the parent domain receives. */
function withoutProof(browser: Browser): Browser {
  const copy = browser.copy()
  for (const name of [PROOF, 'signet_refresh', 'signet_passkey']) copy.jar.delete(name)
  return copy
}

interface Target {
  readonly passkeyId: string
  /** A registration that the user's own browser has begun. */
  readonly credential: unknown
}

/** Calls that change how the user signs in. */
const CALLS: ReadonlyArray<
  readonly [
    what: string,
    method: 'POST' | 'PATCH' | 'DELETE',
    url: (target: Target) => string,
    body?: (target: Target) => object,
  ]
> = [
  ['the options of a new passkey', 'POST', () => '/api/passkeys/options'],
  ['a new passkey', 'POST', () => '/api/passkeys', ({ credential }) => ({ credential })],
  ['another name of a passkey', 'PATCH', ({ passkeyId }) => `/api/passkeys/${passkeyId}`, () => ({ name: 'Mine' })],
  ['the removal of a passkey', 'DELETE', ({ passkeyId }) => `/api/passkeys/${passkeyId}`],
  ['new recovery codes', 'POST', () => '/api/recovery-codes'],
  ['a new password without the current one', 'POST', () => '/api/password', () => ({ newPassword: NEW })],
  ['the removal of the password', 'DELETE', () => '/api/password'],
]

/** The same as forms. */
const FORMS: ReadonlyArray<readonly [url: string, fields: (target: Target) => Record<string, string>]> = [
  ['/security/passkeys', ({ credential }) => ({ name: 'Mine', credential: JSON.stringify(credential) })],
  ['/security/passkeys/rename', ({ passkeyId: id }) => ({ id, name: 'Mine' })],
  ['/security/passkeys/remove', ({ passkeyId: id }) => ({ id })],
  ['/security/recovery-codes', () => ({ replaces: '' })],
  ['/security/password', () => ({ new_password: NEW })],
  ['/security/password/remove', () => ({})],
]

const stateOf = async (userId: string) =>
  JSON.stringify([
    await bank.db.user.findUniqueOrThrow({ where: { id: userId }, select: { passwordHash: true } }),
    await bank.db.passkey.findMany({ where: { userId }, select: { id: true, name: true }, orderBy: { id: 'asc' } }),
    await bank.db.recoveryCode.count({ where: { userId } }),
  ])

async function targetOf(customer: Customer, owner: Browser): Promise<Target> {
  const userId = userIdOf(customer.token)
  await addPasskey(bank, userId)
  const passkeyId = await addPasskey(bank, userId)
  const options = await owner.send('POST', '/api/passkeys/options')
  assert.equal(options.statusCode, 200, options.body)
  return { passkeyId, credential: another().create(options.json().data) }
}

async function assertAllRefused(thief: Browser, target: Target, userId: string): Promise<void> {
  const before = await stateOf(userId)
  for (const [what, method, url, body] of CALLS) {
    const answer = await thief.send(method, url(target), body?.(target))
    assert.deepEqual([answer.statusCode, answer.json().code], [403, 'reauthentication_required'], what)
  }
  for (const [url, fields] of FORMS) {
    const answer = await thief.send('POST', url, String(new URLSearchParams(fields(target))))
    const refused =
      answer.statusCode === 403 || /problem=reauthentication_required/.test(String(answer.headers.location))
    assert.ok(refused, `${url} ${answer.statusCode} ${answer.headers.location}`)
  }
  assert.equal(await stateOf(userId), before)
}

for (const strategy of STRATEGIES) {
  describe(`a copied credential within five minutes of the login: ${strategy}`, () => {
    test('changes nothing about how the user signs in, and the user’s own browser can', async () => {
      const customer = await newCustomer(bank)
      const owner = await signIn(customer, strategy)
      const target = await targetOf(customer, owner)
      await assertAllRefused(withoutProof(owner), target, userIdOf(customer.token))
      for (const [what, method, url, body] of CALLS.filter(([, , url]) => url(target) !== '/api/password')) {
        const answer = await owner.send(method, url(target), body?.(target))
        assert.ok(answer.statusCode < 300, `${what}: ${answer.body}`)
      }
      assert.equal((await owner.send('DELETE', '/api/password')).statusCode, 200)
    })

    test('does not after a re-authentication either, and the owner’s next request can', async () => {
      const customer = await newCustomer(bank)
      const owner = await signIn(customer, strategy)
      owner.jar.delete(PROOF)
      const refused = await owner.send('POST', '/api/recovery-codes')
      assert.equal(refused.json().code, 'reauthentication_required')
      await owner.send('POST', '/api/reauthenticate', { password: customer.password })
      assert.equal((await withoutProof(owner).send('POST', '/api/recovery-codes')).statusCode, 403)
      assert.equal((await owner.send('POST', '/api/recovery-codes')).statusCode, 201)
    })
  })
}

describe('a bearer token alone', () => {
  test('cannot take the account over by codes, then by a new password', async () => {
    const customer = await newCustomer(bank)
    const thief = openBrowser(bank.app)
    const bearer = { authorization: `Bearer ${customer.token}` }
    for (const url of ['/api/recovery-codes', '/api/passkeys/options']) {
      const answer = await thief.send('POST', url, undefined, bearer)
      assert.equal(answer.json().code, 'reauthentication_required', url)
    }
  })

  test('changes the password with the current one, which proves the user itself', async () => {
    const customer = await newCustomer(bank)
    const body = { currentPassword: customer.password, newPassword: NEW }
    const bearer = { authorization: `Bearer ${customer.token}` }
    assert.equal((await openBrowser(bank.app).send('POST', '/api/password', body, bearer)).statusCode, 200)
  })
})

describe('the proof', () => {
  test('of a login with a passkey permits a new password without the current one, a copy of the token does not', async () => {
    const { authenticator } = await passkeyOwner(bank)
    const owner = openBrowser(bank.app)
    await signInWith(owner, authenticator)
    const without = await withoutProof(owner).send('POST', '/api/password', { newPassword: NEW })
    assert.equal(without.json().code, 'reauthentication_required')
    assert.equal((await owner.send('POST', '/api/password', { newPassword: NEW })).statusCode, 200)
  })

  test('of another session, of an older authentication, or a changed one is refused', async () => {
    const customer = await newCustomer(bank)
    const owner = await signIn(customer)
    const target = await targetOf(customer, owner)
    const own = owner.jar.get(PROOF) ?? ''
    const sameUser = (await signIn(customer)).jar.get(PROOF) ?? ''
    const thief = (await signIn(await newCustomer(bank))).jar.get(PROOF) ?? ''
    const old = jarOf(authenticated(owner.jar.get('signet_token') ?? '', 301)).get(PROOF) ?? ''
    const changed = own.replace(':pwd:', ':hwk+user:')
    for (const proof of [sameUser, thief, old, changed, own.slice(0, -1)]) {
      const copy = withoutProof(owner)
      copy.jar.set(PROOF, proof)
      await assertAllRefused(copy, target, userIdOf(customer.token))
    }
    owner.jar.set(PROOF, own)
    assert.equal((await owner.send('POST', '/api/recovery-codes')).statusCode, 201)
  })

  test('is not renewed with the session, and a sign-out clears it', async () => {
    const customer = await newCustomer(bank)
    const owner = await signIn(customer)
    const proof = owner.jar.get(PROOF)
    const renewed = await owner.send('POST', '/api/token/refresh')
    assert.ok(!cookiesOf(renewed).some((line) => line.startsWith(PROOF)))
    assert.equal(owner.jar.get(PROOF), proof)
    await owner.send('POST', '/api/logout')
    assert.equal(owner.jar.has(PROOF), false)
  })

  test('is carried on by “Sign out elsewhere”, but not made by it', async () => {
    const customer = await newCustomer(bank)
    const owner = await signIn(customer)
    const [kid, time, methods] = (owner.jar.get(PROOF) ?? '').split(':')
    assert.equal((await owner.send('DELETE', '/api/sessions')).statusCode, 200)
    assert.deepEqual(owner.jar.get(PROOF)?.split(':').slice(0, 3), [kid, time, methods])
    assert.equal((await owner.send('POST', '/api/recovery-codes')).statusCode, 201)
    const thief = withoutProof(owner)
    assert.equal((await thief.send('DELETE', '/api/sessions')).statusCode, 200)
    assert.equal(thief.jar.has(PROOF), false)
    assert.equal((await thief.send('POST', '/api/recovery-codes')).json().code, 'reauthentication_required')
  })

  test('is set by a registration, by a login with a code and by the confirmation on the page', async () => {
    const customer = await newCustomer(bank)
    const owner = await signIn(customer)
    const codes = (await owner.send('POST', '/api/recovery-codes')).json().data.recoveryCodes
    const byCode = openBrowser(bank.app)
    await byCode.send('POST', '/api/login/recovery-code', { username: customer.username, recoveryCode: codes[0] })
    assert.match(byCode.jar.get(PROOF) ?? '', /:otp:/)
    const stale = withoutProof(owner)
    await stale.send('POST', '/security/confirm', String(new URLSearchParams({ password: customer.password })))
    assert.match(stale.jar.get(PROOF) ?? '', /:pwd:/)
    const registered = openBrowser(bank.app)
    const username = `r-${customer.username}`
    await registered.send('POST', '/api/register', { username, name: 'Test', password: customer.password })
    assert.match(registered.jar.get(PROOF) ?? '', /:pwd:/)
  })
})

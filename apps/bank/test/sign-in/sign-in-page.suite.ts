import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  ada,
  BANK,
  claimsOf,
  cookieOf,
  cookiesOf,
  expired,
  form,
  grace,
  RETIREMENT,
  sharedBank,
  type TestBank,
  tampered,
  tokenOf,
} from '../support.js'

let bank: TestBank
before(async () => {
  bank = await sharedBank()
})

const signIn = (fields: Record<string, string> | [string, string][], headers: Record<string, string> = {}) =>
  bank.app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: { ...form, ...headers },
    payload: String(new URLSearchParams(fields)),
  })
const visit = (returnTo: string | string[], headers: Record<string, string> = {}) =>
  bank.app.inject({
    url: `/sign-in?${new URLSearchParams([returnTo].flat().map((value) => ['return_to', value]))}`,
    headers,
  })
const right = { username: ada.username, password: ada.password }
const alerts = (html: string) => /<[^>]*role="alert"[\s\S]*?<\/div>/.exec(html)?.[0] ?? ''

describe('the sign-in page', () => {
  test('has the two fields, the button and the return URL', async () => {
    const { body, statusCode } = await visit(`${RETIREMENT}/?a=1&b=2`)
    assert.equal(statusCode, 200)
    assert.match(body, /<label[^>]*for="username"[^>]*>Username<\/label>/)
    assert.match(body, /<label[^>]*for="password"[^>]*>Password<\/label>/)
    assert.match(body, /<button[^>]*>Sign in<\/button>/)
    assert.ok(body.includes(`name="return_to" value="${RETIREMENT}/?a=1&amp;b=2"`))
    assert.equal(alerts(body), '')
  })

  test('a failure shows an alert, keeps the username and drops the password', async () => {
    const answer = await signIn({ ...right, username: 'Ada "x" <b>', password: 'wrong-but-secret' })
    assert.equal(answer.statusCode, 401)
    assert.match(alerts(answer.body), /Invalid username\/password/)
    assert.match(answer.body, /name="username"[^>]*value="Ada &quot;x&quot; &lt;b(>|&gt;)"/)
    assert.doesNotMatch(answer.body, /wrong-but-secret/)
    assert.deepEqual(cookiesOf(answer), [])
  })

  test('what is too long for any user is refused in words, and nothing that was typed is lost', async () => {
    const username = 'a'.repeat(300)
    const long = await signIn({ ...right, username })
    assert.equal(long.statusCode, 400)
    assert.match(alerts(long.body), /A username has at most 32 letters/)
    assert.ok(long.body.includes(`value="${username}"`))
    const pasted = await signIn({ ...right, password: right.password.repeat(100) })
    assert.equal(pasted.statusCode, 400)
    assert.match(alerts(pasted.body), /A password has at most 128 characters/)
    for (const { body } of [long, pasted]) assert.doesNotMatch(body, /maxlength/)
  })

  test('an unknown username gets the same failure', async () => {
    // How long this very answer took and the key of the form stand on the page, and differ.
    const strip = (body: string, username: string) =>
      body.replaceAll(username, '').replace(/[\d.]+ ms|(?<=name="form_key" value=")[0-9a-f-]+/g, '')
    const [wrong, unknown] = [
      await signIn({ username: 'grace', password: 'wrong' }),
      await signIn({ username: 'nobody', password: 'wrong' }),
    ]
    // The demo's sign-ins name grace; both pages do.
    assert.equal(strip(wrong.body, 'value="grace"'), strip(unknown.body, 'value="nobody"'))
  })

  test('a success redirects with 303 to the requested page', async () => {
    const answer = await signIn({ ...right, return_to: `${RETIREMENT}/?a=1` })
    assert.deepEqual([answer.statusCode, answer.headers.location], [303, `${RETIREMENT}/?a=1`])
    assert.deepEqual(
      cookiesOf(answer).map((cookie) => cookie.split('=')[0]),
      ['signet_token', 'signet_refresh', 'signet_seen', 'signet_shared_session', 'signet_session', 'signet_recent'],
    )
  })

  test('a new sign-in revokes the earlier session of the browser', async () => {
    const token = await tokenOf(bank.app)
    assert.equal((await signIn({ ...grace, return_to: '' }, cookieOf(token))).statusCode, 303)
    const row = await bank.db.session.findUniqueOrThrow({ where: { id: String(claimsOf(token).sid) } })
    assert.notEqual(row.endedAt, null)
  })

  for (const headers of [
    { origin: RETIREMENT },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', origin: BANK },
  ]) {
    test(`a cross-site sign-in is refused: ${JSON.stringify(headers)}`, async () => {
      const answer = await signIn(right, headers)
      assert.equal(answer.statusCode, 403)
      assert.match(String(answer.headers['content-type']), /^text\/html/)
      assert.deepEqual(cookiesOf(answer), [])
    })
  }

  test('its own form passes, by either header', async () => {
    assert.equal((await signIn(right, { 'sec-fetch-site': 'same-origin' })).statusCode, 303)
    assert.equal((await signIn(right, { origin: BANK })).statusCode, 303)
  })
})

const RETURNS: ReadonlyArray<readonly [returnTo: string | string[], lands: string, why: string]> = [
  [`${BANK}/accounts/x?y=1`, `${BANK}/accounts/x?y=1`, 'a page of the bank'],
  [`${RETIREMENT}/?years=30`, `${RETIREMENT}/?years=30`, 'a page of retirement'],
  [RETIREMENT, `${RETIREMENT}/`, 'an origin alone'],
  ['', `${BANK}/`, 'nothing'],
  ['/accounts', `${BANK}/`, 'a path alone'],
  ['//evil.example/', `${BANK}/`, 'no scheme'],
  ['https://evil.example/', `${BANK}/`, 'another site'],
  [`${BANK}@evil.example/`, `${BANK}/`, 'the bank as user info of another site'],
  [`http://user@bank.signet.localhost:3001/`, `${BANK}/`, 'user info'],
  [`${BANK}.evil.example/`, `${BANK}/`, 'the bank as the beginning of another site'],
  ['http://bank.signet.localhost:3003/', `${BANK}/`, 'another port'],
  ['https://bank.signet.localhost:3001/', `${BANK}/`, 'another scheme'],
  ['http://other.signet.localhost:3001/', `${BANK}/`, 'another host below the common parent'],
  [`${BANK}\\@evil.example/`, `${BANK}/`, 'a back slash'],
  [`${BANK}/\r\nset-cookie: a=b`, `${BANK}/`, 'a line end'],
  ['javascript:alert(1)', `${BANK}/`, 'a script'],
  [`data:text/html,${BANK}/`, `${BANK}/`, 'a page of its own making'],
  [`${BANK}/${'x'.repeat(2_100)}`, `${BANK}/`, 'longer than any address'],
  [[`${RETIREMENT}/`, `${RETIREMENT}/`], `${BANK}/`, 'given twice, even where both are the same'],
]

describe('the redirect after a sign-in', () => {
  let signedIn = { cookie: '' }
  before(async () => {
    signedIn = cookieOf(await tokenOf(bank.app))
  })
  for (const [returnTo, lands, why] of RETURNS) {
    test(`to ${lands}: ${why}`, async () => {
      const pairs = [returnTo].flat().map((value): [string, string] => ['return_to', value])
      const after = await signIn([...Object.entries(right), ...pairs])
      assert.deepEqual([after.statusCode, after.headers.location], [303, lands], 'after signing in')
      const already = await visit(returnTo, signedIn)
      assert.deepEqual([already.statusCode, already.headers.location], [303, lands], 'signed in already')
      const asked = await visit(returnTo)
      assert.ok(asked.body.includes(`name="return_to" value="${lands.replaceAll('&', '&amp;')}"`), 'in the form')
    })
  }
})

/** A well-formed token that is signed with an unknown key. */
const FOREIGN = `${Buffer.from('{"alg":"HS256","typ":"at+jwt","kid":"other"}').toString('base64url')}.e30.${'A'.repeat(43)}`

describe('a page that cannot tell who is there', () => {
  test('distinguishes a token with an unknown key from a changed one', async () => {
    const { body } = await bank.app.inject({ url: '/sign-in', headers: cookieOf(FOREIGN) })
    assert.match(body, /a token that was signed with an unknown key/)
    assert.doesNotMatch(body, /changed/)
    const api = (await bank.app.inject({ url: '/api/me', headers: cookieOf(FOREIGN) })).json()
    assert.equal(api.code, 'token_signature_invalid')
    assert.match(api.error, /another installation/)
  })

  const rows: ReadonlyArray<
    readonly [why: string, headers: (token: string) => Record<string, string>, reason: string | null]
  > = [
    ['nobody', () => ({}), null],
    ['an expired token', (token) => cookieOf(expired(token)), 'token_expired'],
    ['a changed token', (token) => cookieOf(tampered(token)), 'token_signature_invalid'],
    ['a token of another installation', () => cookieOf(FOREIGN), 'token_key_unknown'],
    ['nonsense', () => cookieOf('nonsense'), 'token_malformed'],
    ['a good token, but in the header alone', (token) => ({ authorization: `Bearer ${token}` }), null],
  ]
  for (const [why, headers, reason] of rows) {
    test(`redirects to the sign-in, and back to the requested URL: ${why}`, async () => {
      const answer = await bank.app.inject({
        url: '/accounts/x?cursor=1&a=%20b',
        headers: headers(await tokenOf(bank.app)),
      })
      assert.equal(answer.statusCode, 303)
      const location = new URL(String(answer.headers.location))
      assert.equal(location.origin + location.pathname, `${BANK}/sign-in`)
      assert.equal(location.searchParams.get('return_to'), `${BANK}/accounts/x?cursor=1&a=%20b`)
      assert.equal(location.searchParams.get('reason'), reason)
      const asked = await bank.app.inject(`${location.pathname}${location.search}`)
      assert.equal(/role="status"/.test(asked.body), reason !== null, 'the reason is said in words')
    })
  }

  test('a reason that is none of ours is not shown', async () => {
    const { body } = await bank.app.inject('/sign-in?reason=%3Cscript%3Ehunter2')
    assert.doesNotMatch(body, /<script>hunter2|role="status"/)
    assert.equal((await bank.app.inject('/sign-in?reason=constructor&reason=__proto__')).statusCode, 200)
  })

  test('an app that refuses a token that the bank accepts causes no redirect loop', async () => {
    const jar = new Map([['signet_token', await tokenOf(bank.app)]])
    const statuses: number[] = []
    // As retirement would, if it refused the token: straight back, every time, with the cookies that were set.
    for (let trip = 0; trip < 10 && statuses.at(-1) !== 200; trip += 1) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const answer = await visit(`${RETIREMENT}/`, { cookie })
      statuses.push(answer.statusCode)
      for (const set of cookiesOf(answer)) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
        jar.set(name, value)
      }
    }
    assert.equal(statuses[0], 303, 'the first trip is no circle')
    assert.equal(statuses.at(-1), 200, `asked in the end: ${statuses.join(' ')}`)
  })
})

describe('every page', () => {
  test('shows the user, the other app, the sign-out, and the authentication time', async () => {
    const headers = cookieOf(await tokenOf(bank.app))
    const [{ id }] = (await bank.app.inject({ url: '/api/accounts', headers })).json().data
    for (const url of ['/', `/accounts/${id}`, '/security', '/sign-out', '/docs', '/register', '/nothing']) {
      const { body, headers: answered } = await bank.app.inject({ url, headers: { ...headers, accept: 'text/html' } })
      assert.match(body, /<span class="person"><bdi>Ada Lovelace<\/bdi><\/span>/, url)
      assert.match(body, new RegExp(`<a[^>]*href="${RETIREMENT}/"[^>]*>Retirement</a>`), url)
      assert.match(body, /<form[^>]*method="post"[^>]*action="\/sign-out"[^>]*><button[^>]*>Sign out<\/button>/, url)
      assert.match(String(answered['server-timing']), /(^|,\s*)auth;dur=\d/, url)
      assert.equal(answered['cache-control'], 'no-store', url)
    }
  })

  test('has no inline code and loads nothing from another host', async () => {
    const headers = cookieOf(await tokenOf(bank.app))
    for (const url of ['/', '/sign-in', '/register', '/docs']) {
      const { body } = await bank.app.inject({ url, headers })
      assert.doesNotMatch(body, /<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc="\/assets\/)/, url)
    }
  })
})

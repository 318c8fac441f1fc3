import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type IncomingMessage, type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort, openTestDatabase, ownerUrlOf, SoftwareAuthenticator } from '@signet/testing'
import {
  ada,
  BANK,
  cookiesOfBrowser,
  DEMO_BANK,
  expired,
  form,
  json,
  REFRESH_SECRET,
  SECRET,
  tampered,
} from '../support.js'
import { server } from './own-server.js'

let databaseUrl = ''
before(async () => {
  databaseUrl = (await openTestDatabase(DEMO_BANK, server.adminUrl)).url
})

/** The bank as a process of its own; what it writes is kept. */
async function startBankProcess() {
  const port = await freePort()
  const entry = fileURLToPath(new URL('../../src/server.js', import.meta.url))
  const child = spawn(process.execPath, [entry], {
    env: {
      PORT: String(port),
      DATABASE_URL: databaseUrl,
      SESSION_STORE_URL: ownerUrlOf(databaseUrl),
      JWT_SECRET: `k1:${SECRET}`,
      REFRESH_TOKEN_SECRET: REFRESH_SECRET,
      LOG_LEVEL: 'trace',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      written += chunk
    })
  }
  const closed = once(child, 'close')
  const started = await Promise.race([once(child, 'message').then(() => true), closed.then(() => false)])
  assert.ok(started, written)
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = await closed
      return { code, written }
    },
  }
}

const CANARY = 'canary-of-the-client'
const PASSKEY = new SoftwareAuthenticator({ origin: `https://${CANARY}.example`, rpId: CANARY }).get({
  challenge: CANARY,
})

/** Everywhere a client can put text of its own. The port of `Host` and the names of members are text too. */
async function sendCanaries(
  call: (path: string, init?: RequestOptions & { body?: string }) => Promise<{ status: number }>,
  cookie: string,
): Promise<void> {
  const post = (path: string, headers: Record<string, string>, body = '{}') =>
    call(path, { method: 'POST', headers: { ...json, ...headers }, body })
  const statuses = [
    await post('/api/login', {}, JSON.stringify({ username: 'ada', password: 'x', [CANARY]: 1 })),
    await post('/api/login', {}, JSON.stringify({ username: { [CANARY]: 1 }, password: CANARY })),
    await post('/api/login', {}, `{"${CANARY}`),
    await post('/api/login', {}, JSON.stringify({ [`__proto__`]: CANARY })),
    await post('/api/transfers', { cookie, 'idempotency-key': CANARY }, JSON.stringify({ [CANARY]: CANARY })),
    await post(
      '/api/transfers',
      { cookie, 'idempotency-key': CANARY },
      JSON.stringify({ from: CANARY, to: CANARY, amount: 1 }),
    ),
    await post('/api/login/passkey', { cookie: `signet_passkey=${CANARY}` }, JSON.stringify({ credential: CANARY })),
    await post('/api/login/passkey', {}, JSON.stringify({ credential: PASSKEY })),
    await post('/api/login', { origin: `https://${CANARY}` }),
    await post('/api/login', { 'sec-fetch-site': CANARY }),
    await post('/api/login', { 'content-type': `text/${CANARY}` }),
    await post('/api/login', { 'content-encoding': CANARY }),
    await post('/api/login', { expect: CANARY }),
    await post('/api/me', {}),
    await call(`/api/accounts?${CANARY}=${CANARY}`, { headers: { cookie } }),
    await call(`/api/accounts/${CANARY}/entries?cursor=${CANARY}`, { headers: { cookie } }),
    await call('/api/me', { headers: { host: `${CANARY}.example` } }),
    await call('/', { headers: { host: 'localhost', 'x-forwarded-host': CANARY } }),
    await call('/api/me', { headers: { authorization: `Bearer ${CANARY}` } }),
    await call('/api/me', { headers: { cookie: `signet_token=${CANARY}` } }),
    await call('/api/me', { headers: { cookie: `signet_shared_session=${CANARY}` } }),
    await call('/', { headers: { cookie: `signet_refresh=r1:${CANARY}`, referer: `${BANK}/${CANARY}` } }),
    await call('/nothing', { headers: { 'user-agent': CANARY, accept: CANARY, 'accept-language': CANARY } }),
    await call('/nothing', { headers: { traceparent: CANARY, tracestate: `a=${CANARY}` } }),
    await call('/nothing', { headers: { 'x-request-id': `${CANARY}"` } }),
    await call('/nothing', { headers: { 'x-forwarded-for': CANARY, forwarded: `for=${CANARY}` } }),
    await call(`/nothing/${CANARY}?${CANARY}`),
    await call(`/%zz-${CANARY}`),
  ].map(({ status }) => status)
  assert.ok(statuses.filter((status) => status >= 400).length > 20, statuses.join())
}

test('the log contains no credential in any case', async () => {
  const bank = await startBankProcess()
  const wrong = 'a-wrong-password-of-somebody'
  const wrongCode = '2345-6789-abcd-efgh'
  const fresh = 'quite-a-long-phrase-of-mine'
  const cookies: string[] = []
  const call = async (path: string, { body, ...init }: RequestOptions & { body?: string } = {}) => {
    const headers = { host: new URL(BANK).host, ...init.headers }
    const sent = request(bank.origin + path, { ...init, headers, agent: false }).end(body)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    cookies.push(...(answer.headers['set-cookie'] ?? []).map((cookie) => /^[^=]+=([^;]*)/.exec(cookie)?.[1] ?? ''))
    return { status: answer.statusCode ?? 0, body: await text(answer) }
  }
  const post = (path: string, body: string | undefined, headers: Record<string, string> = json) =>
    call(path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) })

  let token = ''
  let codes: string[] = []
  let ended: Awaited<ReturnType<typeof bank.stop>>
  try {
    const right = JSON.stringify({ username: 'ada', password: ada.password })
    token = JSON.parse((await post('/api/login', right)).body).data
    const cookie = `signet_token=${token}`
    codes = JSON.parse((await post('/api/recovery-codes', undefined, cookiesOfBrowser(token))).body).data.recoveryCodes
    const statuses = [
      await post('/api/login', JSON.stringify({ username: 'ada', password: wrong })),
      await post('/api/login', JSON.stringify({ username: wrong, password: ada.password })),
      await post('/api/login', `{"username":"ada","password":"${ada.password}"`),
      await post('/api/login', JSON.stringify({ username: 'ada', password: [ada.password] })),
      await post('/api/login/recovery-code', JSON.stringify({ username: 'ada', recoveryCode: wrongCode })),
      await post(
        '/sign-in/recovery-code',
        String(new URLSearchParams({ username: 'ada', recovery_code: wrongCode })),
        form,
      ),
      await post('/api/password', JSON.stringify({ currentPassword: wrong, newPassword: fresh }), { ...json, cookie }),
      await post('/security/password', String(new URLSearchParams({ current_password: wrong, new_password: fresh })), {
        ...form,
        cookie,
      }),
      await post('/api/login/recovery-code', JSON.stringify({ username: 'ada', recoveryCode: codes[0] })),
      await post('/api/login', right, { 'content-type': 'text/plain' }),
      await post('/api/register', JSON.stringify({ username: 'fresh', name: 'Fresh', password: fresh })),
      await post('/api/register', JSON.stringify({ username: 'ada', name: 'Ada', password: fresh })),
      await post('/sign-in', String(new URLSearchParams({ username: 'ada', password: wrong })), form),
      await post('/sign-in', String(new URLSearchParams({ username: 'ada', password: ada.password })), form),
      await call('/api/me', { headers: { cookie } }),
      await call('/api/me', { headers: { cookie: `signet_token=${tampered(token)}` } }),
      await call('/api/me', { headers: { cookie: `signet_token=${expired(token)}` } }),
      await call('/api/me', { headers: { cookie: `${cookie}; ${cookie}` } }),
      await call('/api/me', { headers: { authorization: `Bearer ${tampered(token)}` } }),
      await call('/', { headers: { cookie: `signet_token=${tampered(token)}` } }),
      await call(`/api/me?token=${token}&password=${ada.password}`),
      await call(`/sign-in?return_to=${token}`),
      await call(`/nothing?access_token=${token}`),
      await call(`/${token}/${ada.password}`),
      await call(`/accounts/${token}`, { headers: { cookie } }),
      await call(`/api/sessions/${ada.password}`, { method: 'DELETE', headers: { cookie } }),
      await post('/api/token/refresh', undefined, {
        cookie: `signet_refresh=${cookies.find((value) => value.includes(':'))}`,
      }),
      await post('/api/token/refresh', undefined, { cookie: 'signet_refresh=r1:nonsense' }),
      await post('/api/logout', undefined, { cookie }),
    ].map(({ status }) => status)
    await sendCanaries(call, cookiesOfBrowser(token).cookie)
    assert.deepEqual(
      statuses,
      [
        401, 401, 400, 400, 401, 401, 401, 401, 200, 415, 201, 409, 401, 303, 200, 401, 401, 200, 401, 303, 401, 200,
        404, 404, 404, 404, 200, 401, 200,
      ],
    )
    await server.stop()
    assert.equal((await post('/api/login', right)).status, 503)
    await server.start()
  } finally {
    ended = await bank.stop()
  }
  const { code, written } = ended
  assert.equal(code, 0)
  const lines = written
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  // A line for each request, and one more for each that was refused.
  assert.ok(lines.length > 30, `${lines.length} lines`)
  assert.ok(lines.some(({ level, msg }) => level === 50 && msg === 'request failed'))
  assert.ok(
    lines.every(({ service, time }) => service === 'bank' && time > 0),
    'every line is one of ours',
  )
  const [, , signature = ''] = token.split('.')
  const secrets = {
    'the password': ada.password,
    'a wrong password': wrong,
    'a new password': fresh,
    'a wrong recovery code': wrongCode,
    ...Object.fromEntries(codes.map((code, index) => [`recovery code ${index + 1}`, code])),
    'the JWT secret': SECRET,
    'the refresh secret': REFRESH_SECRET.slice(3),
    "the database's password": new URL(databaseUrl).password,
    'a hash of a password': '$argon2id$',
    'a token': token,
    "a token's signature": signature,
    'what a client put into headers, names and addresses': CANARY,
    "a changed token's signature": tampered(token).split('.')[2] ?? '',
    ...Object.fromEntries(
      cookies.filter(({ length }) => length > 8).map((value, index) => [`cookie ${index + 1}`, value]),
    ),
  }
  for (const [what, secret] of Object.entries(secrets)) {
    assert.ok(secret.length > 8, what)
    assert.ok(!written.includes(secret), `${what} is in the log`)
  }
})

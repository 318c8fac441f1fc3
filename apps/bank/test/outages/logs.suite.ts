import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { freePort, openTestDatabase, ownerUrlOf } from '@signet/testing'
import { ada, DEMO_BANK, expired, form, json, REFRESH_SECRET, SECRET, tampered } from '../support.js'
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

test('nothing that could sign anybody in stands in the log, whatever happens', async () => {
  const bank = await startBankProcess()
  const wrong = 'a-wrong-password-of-somebody'
  const fresh = 'quite-a-long-phrase-of-mine'
  const cookies: string[] = []
  const call = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(bank.origin + path, { redirect: 'manual', ...init })
    cookies.push(...answer.headers.getSetCookie().map((cookie) => /^[^=]+=([^;]*)/.exec(cookie)?.[1] ?? ''))
    return { status: answer.status, body: await answer.text() }
  }
  const post = (path: string, body: string | undefined, headers: Record<string, string> = json) =>
    call(path, { method: 'POST', headers, ...(body === undefined ? {} : { body }) })

  let token = ''
  let ended: Awaited<ReturnType<typeof bank.stop>>
  try {
    const right = JSON.stringify({ username: 'ada', password: ada.password })
    token = JSON.parse((await post('/api/login', right)).body).data
    const cookie = `signet_token=${token}`
    const statuses = [
      await post('/api/login', JSON.stringify({ username: 'ada', password: wrong })),
      await post('/api/login', JSON.stringify({ username: wrong, password: ada.password })),
      await post('/api/login', `{"username":"ada","password":"${ada.password}"`),
      await post('/api/login', JSON.stringify({ username: 'ada', password: [ada.password] })),
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
    assert.deepEqual(
      statuses,
      [
        401, 401, 400, 400, 415, 201, 409, 401, 303, 200, 401, 401, 401, 401, 303, 401, 200, 404, 404, 404, 404, 200,
        401, 200,
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
    'the JWT secret': SECRET,
    'the refresh secret': REFRESH_SECRET.slice(3),
    "the database's password": new URL(databaseUrl).password,
    'a hash of a password': '$argon2id$',
    'a token': token,
    "a token's signature": signature,
    "a changed token's signature": tampered(token).split('.')[2] ?? '',
    ...Object.fromEntries(cookies.filter(Boolean).map((value, index) => [`cookie ${index + 1}`, value])),
  }
  for (const [what, secret] of Object.entries(secrets)) {
    assert.ok(secret.length > 8, what)
    assert.ok(!written.includes(secret), `${what} is in the log`)
  }
})

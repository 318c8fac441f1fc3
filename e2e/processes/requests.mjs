// How the tests of whole processes ask them: HTTP by hand, as often as it takes, and what has to come back.
import assert from 'node:assert/strict'
import { until } from '@signet/testing'

/** Only a hang takes this long, on any machine. */
const HANG_LIMIT_MS = 120_000

/**
 * One request to one process. `token` and `refresh` go as cookies, `bearer` in the header.
 *
 * @returns status, headers, the JSON body, and the cookies that were set, by name.
 */
export async function call(
  service,
  method,
  path,
  { token, refresh, bearer, body, headers = {}, timeoutMs = HANG_LIMIT_MS } = {},
) {
  const cookies = [
    ...(token === undefined ? [] : [`signet_token=${token}`]),
    ...(refresh === undefined ? [] : [`signet_refresh=${refresh}`]),
  ]
  const response = await fetch(service.url + path, {
    method,
    headers: {
      ...(cookies.length > 0 ? { cookie: cookies.join('; ') } : {}),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await response.text()
  const json = (response.headers.get('content-type') ?? '').startsWith('application/json')
  return {
    status: response.status,
    headers: response.headers,
    body: json ? JSON.parse(text) : text,
    cookies: Object.fromEntries(response.headers.getSetCookie().map(readSetCookie)),
  }
}

function readSetCookie(line) {
  const [pair, ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const maxAge = attributes.find((attribute) => attribute.startsWith('Max-Age='))
  return [pair.slice(0, equals), { value: pair.slice(equals + 1), maxAge: maxAge && Number(maxAge.slice(8)) }]
}

const signInOf = (answer, expectedStatus, credentials) => {
  assert.equal(answer.status, expectedStatus, JSON.stringify(answer.body))
  const { signet_token: token, signet_refresh: refresh } = answer.cookies
  return { ...credentials, token: token.value, refresh: refresh.value, maxAge: token.maxAge }
}

let people = 0

/** A new customer, signed in. */
export async function register(bank) {
  people += 1
  const credentials = { username: `person-${process.pid}-${people}`, password: 'a-long-enough-phrase' }
  const answer = await call(bank, 'POST', '/api/register', { body: { ...credentials, name: `Person ${people}` } })
  return signInOf(answer, 201, credentials)
}

/** Another sign-in of the same customer. */
export async function signIn(bank, { username, password }) {
  const credentials = { username, password }
  return signInOf(await call(bank, 'POST', '/api/login', { body: credentials }), 200, credentials)
}

export const me = (service, token) => call(service, 'GET', '/api/me', { token })
export const renew = (bank, refresh) => call(bank, 'POST', '/api/token/refresh', { refresh })
export const signOut = (service, cookies) => call(service, 'POST', '/api/logout', cookies)

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
export const headerOf = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString())

/** Asserts an answer's status, and its code where it failed; what came instead stands in the message. */
export function assertAnswer(answer, status, code) {
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  if (code !== undefined) assert.equal(answer.body.code, code)
  return answer
}

/** Waits until every one of these processes refuses a token, as one whose session was revoked. */
export async function untilRefused(services, token) {
  const refusals = services.map(async (service) => {
    const what = `the refusal at ${service.name} (${service.port})`
    const answer = await until(
      () => me(service, token),
      ({ status }) => status !== 200,
      { what },
    )
    assertAnswer(answer, 401, 'token_revoked')
  })
  await Promise.all(refusals)
}

/** Asks until the answer is no 503 any more, asserts that it is 200, and returns it. */
export async function untilServed(ask) {
  return assertAnswer(await until(ask, ({ status }) => status !== 503, { what: 'an answer other than 503' }), 200)
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

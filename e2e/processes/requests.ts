// HTTP requests of the process tests, and assertions on the responses.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { until } from '@signet/testing'

/** Only a hang takes this long. */
const HANG_LIMIT_MS = 120_000

/**
 * Sends one request to one process. `token` and `refresh` are sent as cookies, `bearer` in the `Authorization` header.
 *
 * @returns status, headers, the JSON body, and the cookies of `Set-Cookie` by name
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
  const { response, text } = await send(service, method, path, {
    headers: {
      ...(cookies.length > 0 ? { cookie: cookies.join('; ') } : {}),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    timeoutMs,
  })
  const json = (response.headers['content-type'] ?? '').startsWith('application/json')
  return {
    status: response.statusCode,
    headers: new Headers(
      Object.entries(response.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one])),
    ),
    body: json ? JSON.parse(text) : text,
    cookies: Object.fromEntries((response.headers['set-cookie'] ?? []).map(readSetCookie)),
  }
}

/** Sends a request with `node:http`: `fetch` cannot set `Host`, and Node may not resolve names below localhost. */
export async function send(service, method, path, { headers, body, timeoutMs = HANG_LIMIT_MS }) {
  const signal = AbortSignal.timeout(timeoutMs)
  const host = service.host === undefined ? {} : { host: service.host }
  const call = request(service.url + path, { method, headers: { ...host, ...headers }, signal, agent: false })
  // Errors also reject the promise below.
  call.on('error', () => {})
  call.end(body)
  const [response] = await once(call, 'response')
  return { response, text: await readText(response) }
}

function readSetCookie(line) {
  const [pair, ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const maxAge = attributes.find((attribute) => attribute.startsWith('Max-Age='))
  return [pair.slice(0, equals), { value: pair.slice(equals + 1), maxAge: maxAge && Number(maxAge.slice(8)) }]
}

const signInOf = (response, expectedStatus, credentials) => {
  assert.equal(response.status, expectedStatus, JSON.stringify(response.body))
  const { signet_token: token, signet_refresh: refresh } = response.cookies
  return { ...credentials, token: token.value, refresh: refresh.value, maxAge: token.maxAge }
}

let people = 0

/** Registers a customer. Returns the credentials and tokens. */
export async function register(bank) {
  people += 1
  const credentials = { username: `person-${process.pid}-${people}`, password: 'a-long-enough-phrase' }
  const response = await call(bank, 'POST', '/api/register', { body: { ...credentials, name: `Person ${people}` } })
  return signInOf(response, 201, credentials)
}

/** Creates another session of the same customer. */
export async function signIn(bank, { username, password }) {
  const credentials = { username, password }
  return signInOf(await call(bank, 'POST', '/api/login', { body: credentials }), 200, credentials)
}

export const me = (service, token) => call(service, 'GET', '/api/me', { token })
export const renew = (bank, refresh) => call(bank, 'POST', '/api/token/refresh', { refresh })
export const signOut = (service, cookies) => call(service, 'POST', '/api/logout', cookies)

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
export const headerOf = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url').toString())

/** Asserts the status and error code of a response, and returns the response. */
export function assertResponse(response, status, code) {
  assert.equal(response.status, status, JSON.stringify(response.body))
  if (code !== undefined) assert.equal(response.body.code, code)
  return response
}

/** Waits until each of these processes refuses a token with `token_revoked`. */
export async function untilRefused(services, token) {
  const refusals = services.map(async (service) => {
    const what = `the refusal at ${service.name} (${service.port})`
    const response = await until(
      () => me(service, token),
      ({ status }) => status !== 200,
      { what },
    )
    assertResponse(response, 401, 'token_revoked')
  })
  await Promise.all(refusals)
}

/** Repeats a request while it gets 503, asserts 200, and returns the response. */
export async function untilServed(ask) {
  return assertResponse(await until(ask, ({ status }) => status !== 503, { what: 'a response other than 503' }), 200)
}

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2
}

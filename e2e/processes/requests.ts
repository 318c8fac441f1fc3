// HTTP requests of the process tests, and assertions on the responses.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import type { AccessTokenClaims } from '@signet/auth/verifier'
import { until } from '@signet/testing'
import type { Service, Target } from './services.js'

/** Only a hang takes this long. */
const HANG_LIMIT_MS = 120_000

export interface CallOptions {
  /** Sent as cookies. */
  readonly token?: string | undefined
  readonly refresh?: string | undefined
  /** Sent in the `Authorization` header. */
  readonly bearer?: string | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/** A response. `Data` is what the test expects in `data` of a success. */
export interface ApiResponse<Data = unknown> {
  readonly status: number
  readonly headers: Headers
  /** Empty unless the response is JSON. */
  readonly body: { readonly data: Data; readonly error?: string; readonly code?: string }
  readonly text: string
  /** The cookies of `Set-Cookie` by name. */
  readonly cookies: Readonly<Record<string, SetCookie>>
}

interface SetCookie {
  readonly value: string
  readonly maxAge: number | undefined
}

/** Sends one request to one process. */
export async function call<Data = unknown>(
  service: Target,
  method: string,
  path: string,
  { token, refresh, bearer, body, headers = {}, timeoutMs = HANG_LIMIT_MS }: CallOptions = {},
): Promise<ApiResponse<Data>> {
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
    status: response.statusCode ?? 0,
    headers: new Headers(
      Object.entries(response.headers).flatMap(([name, value = []]) =>
        [value].flat().map((one): [string, string] => [name, one]),
      ),
    ),
    body: json ? JSON.parse(text) : {},
    text,
    cookies: Object.fromEntries((response.headers['set-cookie'] ?? []).map(readSetCookie)),
  }
}

interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly timeoutMs?: number
}

/** Sends a request with `node:http`: `fetch` cannot set `Host`, and Node may not resolve names below localhost. */
export async function send(
  service: Target,
  method: string,
  path: string,
  { headers, body, timeoutMs = HANG_LIMIT_MS }: SendOptions = {},
): Promise<{ response: IncomingMessage; text: string }> {
  const signal = AbortSignal.timeout(timeoutMs)
  const host = service.host === undefined ? {} : { host: service.host }
  const call = request(service.url + path, { method, headers: { ...host, ...headers }, signal, agent: false })
  // Errors also reject the promise below.
  call.on('error', () => {})
  call.end(body)
  const [response] = (await once(call, 'response')) as [IncomingMessage]
  return { response, text: await readText(response) }
}

function readSetCookie(line: string): [string, SetCookie] {
  const [pair = '', ...attributes] = line.split('; ')
  const equals = pair.indexOf('=')
  const maxAge = attributes.find((attribute) => attribute.startsWith('Max-Age='))
  return [
    pair.slice(0, equals),
    { value: pair.slice(equals + 1), maxAge: maxAge === undefined ? undefined : Number(maxAge.slice(8)) },
  ]
}

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** A customer's session: the credentials and both tokens. */
export interface Session extends Credentials {
  readonly token: string
  readonly refresh: string
  /** Of the token's cookie, in seconds. */
  readonly maxAge: number | undefined
}

/** Returns both tokens that a response sets. */
export function tokensIn({ cookies }: ApiResponse) {
  const { signet_token: token, signet_refresh: refresh } = cookies
  assert.ok(token && refresh, `the response sets ${Object.keys(cookies)}`)
  return { token, refresh }
}

function sessionOf(response: ApiResponse, expectedStatus: number, credentials: Credentials): Session {
  assert.equal(response.status, expectedStatus, response.text)
  const { token, refresh } = tokensIn(response)
  return { ...credentials, token: token.value, refresh: refresh.value, maxAge: token.maxAge }
}

let people = 0

/** Registers a customer. Returns the credentials and tokens. */
export async function register(bank: Target): Promise<Session> {
  people += 1
  const credentials = { username: `person-${process.pid}-${people}`, password: 'a-long-enough-phrase' }
  const response = await call(bank, 'POST', '/api/register', { body: { ...credentials, name: `Person ${people}` } })
  return sessionOf(response, 201, credentials)
}

/** Creates another session of the same customer. */
export async function signIn(bank: Target, { username, password }: Credentials): Promise<Session> {
  const credentials = { username, password }
  return sessionOf(await call(bank, 'POST', '/api/login', { body: credentials }), 200, credentials)
}

export const me = (service: Target, token?: string) => call<Me>(service, 'GET', '/api/me', { token })
export const renew = (bank: Target, refresh: string) =>
  call<{ readonly expiresAt: string }>(bank, 'POST', '/api/token/refresh', { refresh })
export const signOut = (service: Target, cookies: CallOptions) => call(service, 'POST', '/api/logout', cookies)

export interface Me {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly strategy: string
  readonly sid: string
  readonly expiresAt: string
  readonly service: string
  readonly instance: string
}

export interface Header {
  readonly alg: string
  readonly kid: string
  readonly typ: string
}

const partOf = (token: string, index: 0 | 1) =>
  JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString())
export const claimsOf = (token: string): AccessTokenClaims => partOf(token, 1)
export const headerOf = (token: string): Header => partOf(token, 0)

/** Asserts the status and error code of a response, and returns the response. */
export function assertResponse<Data>(response: ApiResponse<Data>, status: number, code?: string): ApiResponse<Data> {
  assert.equal(response.status, status, response.text)
  if (code !== undefined) assert.equal(response.body.code, code)
  return response
}

/** Waits until each of these processes refuses a token with `token_revoked`. */
export async function untilRefused(services: readonly Service[], token: string): Promise<void> {
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
export async function untilServed<Data>(ask: () => Promise<ApiResponse<Data>>): Promise<ApiResponse<Data>> {
  return assertResponse(await until(ask, ({ status }) => status !== 503, { what: 'a response other than 503' }), 200)
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = sorted.length / 2
  return sorted.length % 2 === 1 ? at(Math.floor(middle)) : (at(middle - 1) + at(middle)) / 2
}

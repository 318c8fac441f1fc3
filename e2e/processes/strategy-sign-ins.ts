// Sign-ins with each session strategy, at the services that share its store.
import assert from 'node:assert/strict'
import { until } from '@signet/testing'
import { assertResponse, type Credentials, call, type Me } from './requests.js'
import type { Service, Target } from './services.js'
import { redisBank, redisRetirement } from './shared-redis.js'
import { bank, retirement } from './shared-world.js'

export const COOKIES = {
  jwt: 'signet_token',
  session: 'signet_session',
  'shared-session': 'signet_shared_session',
} as const
export type Strategy = keyof typeof COOKIES
export const STRATEGIES: readonly Strategy[] = ['jwt', 'session', 'shared-session']

interface Variant {
  readonly name: string
  readonly strategy: Strategy
  readonly at: Service
  readonly sibling: Service
}
export const JWT: Variant = { name: 'jwt', strategy: 'jwt', at: bank, sibling: retirement }
export const IN_MEMORY: Variant = { name: 'session', strategy: 'session', at: bank, sibling: retirement }
export const IN_POSTGRES: Variant = {
  name: 'shared-session in PostgreSQL',
  strategy: 'shared-session',
  at: bank,
  sibling: retirement,
}
export const IN_REDIS: Variant = {
  name: 'shared-session in Redis',
  strategy: 'shared-session',
  at: redisBank,
  sibling: redisRetirement,
}
export const VARIANTS = [JWT, IN_MEMORY, IN_POSTGRES, IN_REDIS]

export interface Listed {
  readonly id: string
  readonly strategy: string
}

/** Signs in as a browser that sends `cookie`. Returns the response and the browser's next `Cookie` header. */
export async function signInBy(
  { strategy, at }: Pick<Variant, 'strategy' | 'at'>,
  { username, password }: Credentials,
  cookie?: string,
) {
  const headers = cookie === undefined ? {} : { cookie }
  const response = assertResponse(
    await call(at, 'POST', '/api/login', { body: { username, password, strategy }, headers }),
    200,
  )
  const value = response.cookies[COOKIES[strategy]]?.value
  assert.ok(value)
  return { response, value, cookie: `${COOKIES[strategy]}=${value}` }
}
export const me = (service: Target, cookie: string) => call<Me>(service, 'GET', '/api/me', { headers: { cookie } })
/** Waits until the service refuses the cookie. */
export const refused = async (service: Target, cookie: string) => {
  const response = await until(
    () => me(service, cookie),
    ({ status }) => status !== 200,
    { what: 'the refusal' },
  )
  assertResponse(response, 401)
}

import {
  ACCESS_TOKEN_TTL,
  commonCookieDomain,
  cookieDomainProblem,
  type KeyRing,
  SESSION_IDLE_TTL,
  SESSION_TTL,
} from '@signet/auth/verifier'
import type { Schema } from './read.js'
import { databaseUrl, flag, logLevel, origin, port, proxies, seconds, secrets, text } from './validators.js'

/** What both services are configured by. The contract of each variable stands in the README. */
export interface CommonConfig {
  HOST: string
  PORT: number
  BANK_URL: string
  RETIREMENT_URL: string
  BANK_INTERNAL_URL: string
  RETIREMENT_INTERNAL_URL: string
  COOKIE_DOMAIN: string | undefined
  JWT_SECRET: KeyRing
  ACCESS_TOKEN_TTL: number
  SESSION_IDLE_TTL: number
  SESSION_TTL: number
  DATABASE_URL: string
  TRUST_PROXY: string[]
  DEMO: boolean
  LOG_LEVEL: string
}

export const SECRET_VARIABLES = ['JWT_SECRET'] as const

export function commonSchema(defaultPort: number): Schema<CommonConfig> {
  return {
    HOST: text({ default: '127.0.0.1' }),
    PORT: port({ default: defaultPort }),
    BANK_URL: origin({ default: 'http://bank.signet.localhost:3001' }),
    RETIREMENT_URL: origin({ default: 'http://retirement.signet.localhost:3002' }),
    BANK_INTERNAL_URL: origin({ default: 'http://127.0.0.1:3001' }),
    RETIREMENT_INTERNAL_URL: origin({ default: 'http://127.0.0.1:3002' }),
    COOKIE_DOMAIN: text({ default: undefined }),
    JWT_SECRET: secrets({ desc: 'set JWT_SECRET or JWT_SECRET_FILE to a shared secret of at least 32 bytes' }),
    ACCESS_TOKEN_TTL: seconds(ACCESS_TOKEN_TTL),
    SESSION_IDLE_TTL: seconds(SESSION_IDLE_TTL),
    SESSION_TTL: seconds(SESSION_TTL),
    DATABASE_URL: databaseUrl({ desc: "this service's own PostgreSQL database" }),
    TRUST_PROXY: proxies({ default: [] }),
    DEMO: flag({ default: true }),
    LOG_LEVEL: logLevel({ default: 'info' }),
  }
}

/** Where the shared cookies go: the domain that was set, or the public hosts' common parent. Empty = host-only. */
export function cookieDomainOf({ COOKIE_DOMAIN, BANK_URL, RETIREMENT_URL }: CommonConfig): string | undefined {
  if (COOKIE_DOMAIN === '') return undefined
  return COOKIE_DOMAIN ?? commonCookieDomain([new URL(BANK_URL).hostname, new URL(RETIREMENT_URL).hostname])
}

/** What only several variables together can show. */
export function checkCommon(config: CommonConfig): Map<string, string> {
  const problems = new Map<string, string>()
  const bank = new URL(config.BANK_URL)
  const retirement = new URL(config.RETIREMENT_URL)
  if (config.COOKIE_DOMAIN) {
    const problem = cookieDomainProblem(config.COOKIE_DOMAIN, [bank.hostname, retirement.hostname])
    if (problem !== undefined) problems.set('COOKIE_DOMAIN', problem)
  } else if (config.COOKIE_DOMAIN === undefined && cookieDomainOf(config) === undefined) {
    problems.set('COOKIE_DOMAIN', 'must be set: BANK_URL and RETIREMENT_URL have no common parent domain')
  }
  if (bank.protocol !== retirement.protocol) {
    problems.set(
      'RETIREMENT_URL',
      `must have the scheme of BANK_URL, ${bank.protocol.slice(0, -1)}: one cookie serves both`,
    )
  }
  if (bank.origin === retirement.origin) problems.set('RETIREMENT_URL', 'must differ from BANK_URL')
  if (config.SESSION_IDLE_TTL > config.SESSION_TTL) {
    problems.set('SESSION_IDLE_TTL', 'must not be longer than SESSION_TTL')
  }
  return problems
}

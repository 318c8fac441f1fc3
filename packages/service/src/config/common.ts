import { BlockList, isIP } from 'node:net'
import {
  ACCESS_TOKEN_TTL,
  type CookieScope,
  commonCookieDomain,
  cookieDomainProblem,
  REVOCATION_MAX_AGE,
  SESSION_IDLE_TTL,
  SESSION_TTL,
} from '@signet/auth/verifier'
import { type Environment, readConfig, type Values } from './read.js'
import {
  buildWord,
  cookiePrefix,
  databaseUrl,
  demo,
  host,
  logLevel,
  origin,
  port,
  proxies,
  seconds,
  secrets,
  storeUrl,
  text,
} from './validators.js'

/** Configuration of both services. docs/configuration.md explains each variable. */
export type CommonConfig = Values<ReturnType<typeof commonSchema>>

/** Variables that may also be a path of a file: `NAME_FILE`. */
export const SECRET_VARIABLES = ['JWT_SECRET', 'DATABASE_URL', 'SESSION_STORE_URL'] as const

const DEFAULT_BANK_URL = 'http://bank.signet.localhost:3001'
const DEFAULT_RETIREMENT_URL = 'http://retirement.signet.localhost:3002'

/** Returns the schema of the common variables. The public URLs in `environment` decide the default of `DEMO`. */
export function commonSchema(defaultPort: number, environment: Environment) {
  return {
    HOST: host({ default: '127.0.0.1' }),
    PORT: port({ default: defaultPort }),
    BANK_URL: origin({ default: DEFAULT_BANK_URL }),
    RETIREMENT_URL: origin({ default: DEFAULT_RETIREMENT_URL }),
    /** Public origin of a third app, which only verifies tokens. Undefined: there is none. */
    INSURANCE_URL: origin({ default: undefined }),
    BANK_INTERNAL_URL: origin({ default: 'http://127.0.0.1:3001' }),
    RETIREMENT_INTERNAL_URL: origin({ default: 'http://127.0.0.1:3002' }),
    COOKIE_DOMAIN: text({ default: undefined }),
    /** First part of every cookie name. Installations under one parent domain need different ones. */
    COOKIE_PREFIX: cookiePrefix({ default: 'signet' }),
    /** Undefined in public-key mode. */
    JWT_SECRET: secrets({ default: undefined }),
    ACCESS_TOKEN_TTL: seconds(ACCESS_TOKEN_TTL),
    SESSION_IDLE_TTL: seconds(SESSION_IDLE_TTL),
    SESSION_TTL: seconds(SESSION_TTL),
    REVOCATION_MAX_AGE: seconds(REVOCATION_MAX_AGE),
    DATABASE_URL: databaseUrl({
      desc: "this service's own PostgreSQL database, postgresql://role:password@host:port/database",
    }),
    SESSION_STORE_URL: storeUrl({
      desc: 'set it to redis://host:port or postgresql://role:password@host:port/database',
    }),
    /** Proxies whose `X-Forwarded-*` headers are trusted. Undefined trusts none, and is not allowed over https. */
    TRUST_PROXY: proxies({ default: undefined }),
    /** `public` allows the demo on any host. `true` requires hosts below localhost. */
    DEMO: demo({ default: isLocalInstallation(environment) }),
    LOG_LEVEL: logLevel({ default: 'info' }),
    SIGNET_VERSION: buildWord({ default: '0.1.0' }),
    SIGNET_COMMIT: buildWord({ default: 'unknown' }),
  }
}

function isLocalInstallation({
  BANK_URL = DEFAULT_BANK_URL,
  RETIREMENT_URL = DEFAULT_RETIREMENT_URL,
  INSURANCE_URL = BANK_URL,
}: Environment): boolean {
  return [BANK_URL, RETIREMENT_URL, INSURANCE_URL].every((url) => URL.canParse(url) && isBelowLocalhost(url))
}

/**
 * Returns whether the demo is on, from the variables that decide it, for jobs that need no others.
 *
 * @throws {ConfigError} when one of these variables is bad
 */
export function readDemo(environment: Environment): CommonConfig['DEMO'] {
  const { BANK_URL, RETIREMENT_URL, DEMO } = commonSchema(0, environment)
  const schema = { BANK_URL, RETIREMENT_URL, DEMO }
  return readConfig<Pick<CommonConfig, keyof typeof schema>>(environment, schema, {
    check: (values) => new Map(exposureProblems(values)),
  }).DEMO
}

type Addresses = Pick<CommonConfig, 'COOKIE_DOMAIN' | 'BANK_URL' | 'RETIREMENT_URL'>

/** Returns the public origins of all apps: those that may accept a token, and to which a sign-in may redirect. */
export const publicOriginsOf = ({
  BANK_URL,
  RETIREMENT_URL,
  INSURANCE_URL,
}: Pick<CommonConfig, 'BANK_URL' | 'RETIREMENT_URL' | 'INSURANCE_URL'>): string[] =>
  [BANK_URL, RETIREMENT_URL, INSURANCE_URL].filter((url) => url !== undefined)

/** Returns the `Domain` of the shared cookies: the configured one, or the common parent of the public hosts. Undefined: host-only. */
export function cookieDomainOf({ COOKIE_DOMAIN, BANK_URL, RETIREMENT_URL }: Addresses): string | undefined {
  if (COOKIE_DOMAIN === '') return undefined
  return COOKIE_DOMAIN ?? commonCookieDomain([new URL(BANK_URL).hostname, new URL(RETIREMENT_URL).hostname])
}

/** Returns the scope of the shared cookies. They are `Secure` when the public URLs are https. */
export const cookieScopeOf = (config: Addresses & Pick<CommonConfig, 'COOKIE_PREFIX'>): CookieScope => ({
  prefix: config.COOKIE_PREFIX,
  domain: cookieDomainOf(config),
  secure: config.BANK_URL.startsWith('https:'),
})

/** Checks rules across variables. A variable that is invalid by itself is missing from `config`. */
export const checkCommon = (config: Partial<CommonConfig>): Map<string, string> =>
  new Map([...contradictions(config), ...exposureProblems(config)])

type Problems = Generator<[name: string, problem: string]>

/** Finds settings that are safe only on the developer's own machine. */
function* exposureProblems(config: Partial<CommonConfig>): Problems {
  const { BANK_URL, RETIREMENT_URL, INSURANCE_URL, DEMO } = config
  const urls = Object.entries({ BANK_URL, RETIREMENT_URL, INSURANCE_URL }).flatMap(([name, url]) =>
    url ? [{ name, url }] : [],
  )
  if (DEMO === true && !urls.every(({ url }) => isBelowLocalhost(url))) {
    yield ['DEMO', 'must be 0 or public: 1 is only for public hosts below localhost']
  }
  for (const { name, url } of urls) {
    if (url.startsWith('http:') && !isOnThisMachine(url) && DEMO !== 'public') {
      yield [name, 'must be https: http is only for hosts below localhost and loopback addresses, or with DEMO=public']
    }
  }
  if ('TRUST_PROXY' in config && !config.TRUST_PROXY && urls.some(({ url }) => url.startsWith('https:'))) {
    yield ['TRUST_PROXY', 'must be set over https: the addresses of the proxy in front of the services, or none']
  }
}

/** Finds settings that do not fit together. */
function* contradictions(config: Partial<CommonConfig>): Problems {
  const { COOKIE_DOMAIN, BANK_URL, RETIREMENT_URL, INSURANCE_URL } = config
  const { SESSION_IDLE_TTL: idle = 0, SESSION_TTL: whole = idle } = config
  if (idle > whole) yield ['SESSION_IDLE_TTL', 'must not be longer than SESSION_TTL']
  if (BANK_URL === undefined || RETIREMENT_URL === undefined) return
  const [bank, retirement] = [new URL(BANK_URL), new URL(RETIREMENT_URL)]
  const scheme = bank.protocol.slice(0, -1)
  const domain = cookieDomainOf({ COOKIE_DOMAIN, BANK_URL, RETIREMENT_URL })
  if (COOKIE_DOMAIN) {
    const problem = cookieDomainProblem(COOKIE_DOMAIN, [bank.hostname, retirement.hostname])
    if (problem !== undefined) yield ['COOKIE_DOMAIN', problem]
  } else if (COOKIE_DOMAIN === undefined && domain === undefined) {
    yield ['COOKIE_DOMAIN', 'must be set: BANK_URL and RETIREMENT_URL have no common parent domain']
  }
  if (bank.protocol !== retirement.protocol) {
    yield ['RETIREMENT_URL', `must have the scheme of BANK_URL (${scheme}), because both share one cookie`]
  }
  if (bank.origin === retirement.origin) yield ['RETIREMENT_URL', 'must differ from BANK_URL']
  if (INSURANCE_URL === undefined) return
  const insurance = new URL(INSURANCE_URL)
  if (domain !== undefined && !insurance.hostname.endsWith(`.${domain}`)) {
    yield ['INSURANCE_URL', `must be a host below ${domain}, because all apps share one cookie`]
  }
  if (insurance.protocol !== bank.protocol) yield ['INSURANCE_URL', `must have the scheme of BANK_URL (${scheme})`]
  if ([bank.origin, retirement.origin].includes(insurance.origin)) {
    yield ['INSURANCE_URL', 'must differ from BANK_URL and RETIREMENT_URL']
  }
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Returns whether a URL's host is `localhost` or below it. Browsers resolve these to their own machine (RFC 6761, section 6.3). */
const isBelowLocalhost = (origin: string): boolean => /(^|\.)localhost$/.test(new URL(origin).hostname)

/** Returns whether requests to this origin never leave the machine, so that `http:` is safe. */
function isOnThisMachine(origin: string): boolean {
  const host = new URL(origin).hostname.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  if (family === 0) return isBelowLocalhost(origin)
  return loopback.check(host, family === 4 ? 'ipv4' : 'ipv6')
}

import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parsePrivateJwks } from '../../src/keys/private-jwks.js'
import type { SigningKey } from '../../src/keys/ring.js'
import { parseSecrets } from '../../src/keys/secrets.js'
import type { AccessTokenClaims } from '../../src/tokens/access-token.js'
import { SETTINGS } from '../fixed-world.js'

export interface ConformanceOptions {
  /** An address that responds with 2xx to an authenticated request, and else with 401. */
  readonly url: string
  readonly cookieName: string
  /** The verifier's keys of each kind, the signing one first. */
  readonly secrets: readonly SigningKey[]
  readonly pairs: readonly SigningKey[]
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  /** Claims of a genuine token, for a verifier that knows its users or sessions. */
  readonly claims: AccessTokenClaims | undefined
  /** Port of this machine at which the verifier fetches status lists and keys. */
  readonly issuerPort: number | undefined
  readonly accessTokenTtlSeconds: number
  /** How long the verifier uses a list that it cannot refresh. */
  readonly maxAgeSeconds: number
  /** Sends only vectors whose id contains this. Default: all. */
  readonly only: string
  /** Maximum time of the run. */
  readonly timeoutSeconds: number
  readonly junit: string | undefined
}

/** Error of a wrong call of the command. */
export class UsageError extends Error {}

export const USAGE = `npm run conformance -- --url URL --cookie-name NAME (--secret KID:SECRET | --private-jwks FILE) [OPTION…]

  --url URL                 address that responds with 2xx to a valid token, and else with 401
  --cookie-name NAME        the cookie that carries the token
  --secret KID:SECRET       the verifier's shared secret; several with commas, the first signs
  --private-jwks FILE       the private half of the verifier's Ed25519 keys
  --status-list-port PORT   serves status lists and public keys here; the verifier must fetch them from it
  --issuer ORIGIN           iss and start of the lists' URIs (default: http://127.0.0.1:PORT, or the vectors')
  --audience ORIGIN         the verifier's own origin in aud (default: the vectors')
  --client-id ID            client_id (default: the vectors')
  --token TOKEN             a genuine token, whose claims replace the three above
  --token-ttl SECONDS       lifetime of the issuer's tokens (default: 300)
  --max-age SECONDS         how long the verifier uses an old list, from 3 (default: 60)
  --only TEXT               sends only vectors whose id contains this
  --timeout SECONDS         maximum time of the run (default: 300)
  --junit FILE              writes the results as JUnit XML
`

const STRINGS = [
  ['url', 'cookie-name', 'secret', 'private-jwks', 'status-list-port', 'issuer', 'audience', 'client-id'],
  ['token', 'token-ttl', 'max-age', 'only', 'timeout', 'junit'],
].flat()

/** Reads the command line. @throws {UsageError} with a sentence that names the option */
export function readOptions(args: readonly string[]): ConformanceOptions {
  const given = parse(args)
  const url = urlOf('url', need(given, 'url'))
  const secrets = keysOf('secret', given.secret, (text) => parseSecrets(text).all)
  const pairs = keysOf(
    'private-jwks',
    given['private-jwks'],
    (file) => parsePrivateJwks(readFileSync(file, 'utf8')).all,
  )
  if (secrets.length + pairs.length === 0) throw new UsageError('--secret or --private-jwks is missing')
  const issuerPort = given['status-list-port'] === undefined ? undefined : wholeNumber(given, 'status-list-port', 0)
  const claims = given.token === undefined ? undefined : claimsOf(given.token)
  const ownIssuer = issuerPort === undefined ? SETTINGS.issuer : `http://127.0.0.1:${issuerPort}`
  return {
    url: url.href,
    cookieName: need(given, 'cookie-name'),
    secrets,
    pairs,
    issuer: claims?.iss ?? given.issuer ?? ownIssuer,
    audience: given.audience ?? SETTINGS.audience,
    clientId: given['client-id'] ?? SETTINGS.clientId,
    claims,
    issuerPort,
    accessTokenTtlSeconds: wholeNumber(given, 'token-ttl', 300),
    maxAgeSeconds: wholeNumber(given, 'max-age', 60, 3),
    only: given.only ?? '',
    timeoutSeconds: wholeNumber(given, 'timeout', 300),
    junit: given.junit,
  }
}

type Given = Readonly<Record<string, string | undefined>>

function parse(args: readonly string[]): Given {
  try {
    const options = Object.fromEntries(STRINGS.map((name) => [name, { type: 'string' as const }]))
    return parseArgs({ args: [...args], options, strict: true }).values as Given
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function need(given: Given, name: string): string {
  const value = given[name]
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing`)
  return value
}

function wholeNumber(given: Given, name: string, fallback: number, min = 0): number {
  const value = given[name] ?? String(fallback)
  if (!/^\d{1,5}$/.test(value) || Number(value) < min)
    throw new UsageError(`--${name} must be a whole number from ${min}`)
  return Number(value)
}

function urlOf(name: string, value: string): URL {
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return new URL(value)
  throw new UsageError(`--${name} must be an http or https URL`)
}

function keysOf(name: string, value: string | undefined, read: (value: string) => readonly SigningKey[]) {
  try {
    return value === undefined ? [] : read(value)
  } catch (error) {
    throw new UsageError(`--${name}: ${(error as Error).message}`)
  }
}

function claimsOf(token: string): AccessTokenClaims {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as AccessTokenClaims
  } catch {
    throw new UsageError('--token is not a token')
  }
}

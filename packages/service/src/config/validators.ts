import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { type LifetimeRange, parseSecrets } from '@signet/auth/verifier'
import { EnvError, makeValidator } from 'envalid'

export { str as text } from 'envalid'

const expects = (expectation: string): EnvError => new EnvError(`must be ${expectation}`)

function wholeNumber(input: string, min: number, max: number): number {
  const value = /^\d{1,15}$/.test(input) ? Number(input) : Number.NaN
  if (!(value >= min && value <= max)) throw expects(`a whole number from ${min} to ${max}`)
  return value
}

/**
 * Where to listen: an IP address, or `localhost`. Empty would be every interface, without a word, and the name of the
 * machine, which shells export as HOST, would be whatever it resolves to.
 */
export const host = makeValidator((input) => {
  if (isIP(input) === 0 && input !== 'localhost')
    throw expects('an IP address of this machine, as 127.0.0.1 or 0.0.0.0, or localhost')
  return input
})

export const port = makeValidator((input) => wholeNumber(input, 1, 65_535))

/** A time to live in whole seconds, within the range that `lifetimes.ts` gives it. */
export const seconds = (range: LifetimeRange) =>
  makeValidator((input) => {
    const value = /^\d{1,10}$/.test(input) ? Number(input) : Number.NaN
    if (!(value >= range.minSeconds && value <= range.maxSeconds)) {
      throw expects(`whole seconds from ${range.minSeconds} to ${range.maxSeconds}`)
    }
    return value
  })({ default: range.defaultSeconds })

export const countUpTo = (max: number) => makeValidator((input) => wholeNumber(input, 0, max))

export const atLeastOne = (max: number) => makeValidator((input) => wholeNumber(input, 1, max))

/** `1`, `0` or `public`. */
export const demo = makeValidator<boolean | 'public'>((input) => {
  if (input === 'public') return 'public'
  if (input !== '0' && input !== '1') throw expects('1, 0 or public')
  return input === '1'
})

/** The first part of every cookie's name: letters, digits and dashes, so that no name can end or begin another. */
export const cookiePrefix = makeValidator((input) => {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(input)) {
    throw expects('1 to 32 lower-case letters, digits and dashes, beginning with a letter')
  }
  return input
})

/** The origin that a URL names: scheme, host and port, nothing after. */
export const origin = makeValidator((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined
  const plain = url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === ''
  if (!plain || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw expects('an origin: http:// or https://, a host and perhaps a port, no path')
  }
  return url.origin
})

export const databaseUrl = makeValidator((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined
  if (!url || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
    throw expects("this service's own PostgreSQL database: postgresql://role:password@host:port/database")
  }
  return input
})

/** A store that all replicas share. */
export const storeUrl = makeValidator((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined
  if (!url || !/^(rediss?|postgres(ql)?):$/.test(url.protocol) || url.hostname === '') {
    throw expects('redis://host:port or postgresql://role:password@host:port/database')
  }
  return input
})

/** A whole URL over http or https. */
export const httpUrl = makeValidator((input) => {
  const url = URL.canParse(input) ? new URL(input) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '') throw expects('an http:// or https:// URL')
  return url.href
})

/** The contents of a file, as `parse` understands them; its TypeError says what is wrong and repeats no key. */
export const fileOf = <T>(expected: string, parse: (text: string) => T) =>
  makeValidator<T>((path) => {
    try {
      return parse(readFileSync(path, 'utf8'))
    } catch (error) {
      const reason = error instanceof TypeError ? error.message : 'it cannot be read'
      throw expects(`the path of ${expected}: ${reason}`)
    }
  })

/** Shared secrets, parsed so that a short one stops the start here. */
export const secrets = makeValidator((input) => {
  try {
    return parseSecrets(input)
  } catch (error) {
    throw new EnvError(
      `must be kid:secret entries separated by commas, each secret at least 32 random bytes: ${error instanceof Error ? error.message : ''}`,
    )
  }
})

export const logLevel = makeValidator((input) => {
  const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
  if (!levels.includes(input)) throw expects(`one of ${levels.join(', ')}`)
  return input
})

/** A version or a commit: one word, as it stands in a label of a metric. */
export const buildWord = makeValidator((input) => {
  if (!/^[A-Za-z0-9._+-]{1,64}$/.test(input)) throw expects('a word of letters, digits, dots and dashes')
  return input
})

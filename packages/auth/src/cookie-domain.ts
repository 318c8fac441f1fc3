import { getPublicSuffix } from 'tldts'

/**
 * The closest parent domain that all hosts share and that a browser accepts as a cookie's `Domain`, or undefined
 * where there is none (IP addresses, different sites, a bare `localhost`).
 */
export function commonCookieDomain(hosts: readonly string[]): string | undefined {
  const [first = '', ...rest] = hosts
  const labels = first.split('.')
  for (let from = 0; from < labels.length; from += 1) {
    const candidate = labels.slice(from).join('.')
    if (rest.every((host) => isWithin(host, candidate))) {
      return cookieDomainProblem(candidate, hosts) === undefined ? candidate : undefined
    }
  }
  return undefined
}

/**
 * Why `domain` cannot carry a cookie to all `hosts`, as the rest of a sentence, or undefined when it can.
 * A public suffix (`com`, `co.uk`, `github.io`; publicsuffix.org) would hand the cookie to strangers; browsers refuse
 * it (RFC 6265bis section 5.7), which would look like a login without effect.
 */
export function cookieDomainProblem(domain: string, hosts: readonly string[]): string | undefined {
  if (domain === 'localhost') return 'must not be localhost, browsers refuse it: use a name below it, signet.localhost'
  if (!/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(domain)) {
    return 'must be a lower-case host name without a leading dot'
  }
  if (/^[\d.]+$/.test(domain)) return 'must be a host name, cookies of an IP address have no Domain'
  if (getPublicSuffix(domain, { allowPrivateDomains: true }) === domain) {
    return 'must not be a public suffix, everybody below it would receive the cookie'
  }
  const outside = hosts.find((host) => !isWithin(host, domain))
  return outside === undefined ? undefined : `must be a parent domain of every public URL, ${outside} is outside`
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}

import { getPublicSuffix } from 'tldts'

/**
 * Returns the closest common parent domain of all hosts that a browser accepts as a cookie's `Domain`. Returns undefined if there
 * is none: for IP addresses, different sites, or a bare `localhost`.
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
 * Returns why `domain` cannot share a cookie with all `hosts`, as the end of a sentence, or undefined if it can.
 *
 * A public suffix (`com`, `co.uk`, `github.io`; publicsuffix.org) would share the cookie with strangers. Browsers refuse it
 * (RFC 6265bis, section 5.7), which would look like a login without effect.
 */
export function cookieDomainProblem(domain: string, hosts: readonly string[]): string | undefined {
  if (domain === 'localhost')
    return 'must not be localhost, which browsers refuse: use a name below it, such as signet.localhost'
  if (!/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(domain)) {
    return 'must be a lower-case host name without a leading dot'
  }
  if (/^[\d.]+$/.test(domain)) return 'must be a host name: cookies of an IP address have no Domain'
  if (getPublicSuffix(domain, { allowPrivateDomains: true }) === domain) {
    return 'must not be a public suffix: every site below it would receive the cookie'
  }
  const outside = hosts.find((host) => !isWithin(host, domain))
  return outside === undefined ? undefined : `must be a parent domain of every public URL: ${outside} is outside`
}

function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}

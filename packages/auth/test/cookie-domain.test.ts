import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commonCookieDomain, cookieDomainProblem } from '../src/verifier.js'

const COMMON: ReadonlyArray<readonly [hosts: string[], domain: string | undefined]> = [
  [['bank.signet.localhost', 'retirement.signet.localhost'], 'signet.localhost'],
  [['bank.example.co.uk', 'plan.example.co.uk'], 'example.co.uk'],
  [['a.co.uk', 'b.co.uk'], undefined],
  [['a.github.io', 'b.github.io'], undefined],
  [['localhost', 'localhost'], undefined],
  [['bank.localhost', 'plan.localhost'], undefined],
  [['127.0.0.1', '127.0.0.1'], undefined],
  [['bank.example', 'bank.example.org'], undefined],
]
for (const [hosts, domain] of COMMON) {
  test(`the common cookie domain of ${hosts.join(' and ')} is ${domain}`, () => {
    assert.equal(commonCookieDomain(hosts), domain)
  })
}

const HOSTS = ['bank.signet.localhost', 'retirement.signet.localhost']
const PROBLEMS: ReadonlyArray<readonly [domain: string, problem: RegExp | undefined]> = [
  ['signet.localhost', undefined],
  ['localhost', /must not be localhost/],
  ['com', /public suffix/],
  ['co.uk', /public suffix/],
  ['github.io', /public suffix/],
  ['.signet.localhost', /without a leading dot/],
  ['Signet.localhost', /lower-case/],
  ['signet.localhost; Secure', /host name/],
  ['127.0.0.1', /IP address/],
  ['other.localhost', /bank\.signet\.localhost is outside/],
  ['net.localhost', /outside/],
]
for (const [domain, problem] of PROBLEMS) {
  test(`${domain} ${problem ? 'is refused' : 'is accepted'} as a cookie domain`, () => {
    const said = cookieDomainProblem(domain, HOSTS)
    if (problem) assert.match(said ?? '', problem)
    else assert.equal(said, undefined)
  })
}

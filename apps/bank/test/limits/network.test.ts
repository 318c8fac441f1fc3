import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientNetwork, siteNetwork } from '../../src/limits/network.js'

const ROWS: ReadonlyArray<readonly [address: string, network: string, why: string]> = [
  ['192.0.2.7', '192.0.2.7', 'an IPv4 address is one client'],
  ['::ffff:192.0.2.7', '192.0.2.7', 'the same address as IPv6 spells it'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64', 'an IPv6 client is given a whole /64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64', 'and has all of it, whatever address it takes'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64', 'the next /64 is another client'],
  ['::1', '0:0:0:0::/64', 'this machine'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64', 'a zone is no part of the network'],
  ['::ffff:c000:207', '192.0.2.7', 'the same in hexadecimal'],
  ['nonsense', 'no address', 'what is no address is no client of its own'],
]
for (const [address, network, why] of ROWS) {
  test(`${address} counts as ${network}: ${why}`, () => assert.equal(clientNetwork(address), network))
}

const SITES: ReadonlyArray<readonly [address: string, network: string]> = [
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:db8:1:3::1', '2001:db8:1::/48'],
  ['2001:db8:2::1', '2001:db8:2::/48'],
]
for (const [address, network] of SITES) {
  test(`${address} is of the subscriber ${network}`, () => assert.equal(siteNetwork(address), network))
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineCookie } from '@signet/auth/verifier'
import { ATTEMPTS, type Sent } from '../../../src/demo/thief/attempts.js'
import { formatLoot, readLoot } from '../../../src/demo/thief/loot.js'

const cookie = defineCookie('loot', { prefix: 'signet', domain: undefined, secure: false })
const ID = 'r'.repeat(22)
const loot = { token: 'a.b.c', shortLived: 'd.e.f', refreshToken: 'g.h:i-j:0:k_l', recordingId: ID, done: 'ac' }

describe('the copies in the cookie', () => {
  test('are read as they were written', () => {
    assert.deepEqual(readLoot(`x=1; signet_loot=${formatLoot(loot)}`, cookie), loot)
  })

  test('are ignored with anything that could add a header or another cookie', () => {
    for (const value of [
      '',
      'a.b.c',
      'a.b~d.e.f~g~',
      `a.b.c~d.e.f~g\r\nx: y~${ID}~`,
      `a.b.c~d.e.f~g;h~${ID}~`,
      `a.b.c~d.e.f~g~${ID}~A`,
      'a.b.c~d.e.f~g~short~',
    ])
      assert.equal(readLoot(`signet_loot=${value}`, cookie), undefined, value)
  })
})

describe('an attempt is done', () => {
  const sent = (to: Sent['to'], status: number, code: string | null = null): Sent => ({
    by: 'thief',
    to,
    method: 'GET',
    path: '/api/me',
    carries: '',
    headers: {},
    status,
    verdict: status === 0 ? undefined : { genuine: status === 200, code, sentence: '', instance: '' },
    setCookies: [],
  })
  test('by no silence, by no other error, and not by one service alone', () => {
    for (const { title, shown } of ATTEMPTS) {
      assert.equal(shown([sent('bank', 0), sent('retirement', 0)]), false, title)
      assert.equal(shown([sent('bank', 503, 'unavailable'), sent('retirement', 503, 'unavailable')]), false, title)
      assert.equal(shown([sent('bank', 401, 'token_signature_invalid'), sent('retirement', 200)]), false, title)
    }
  })

  test('never by an accepted request, except for the fresh copy', () => {
    const accepted = [sent('bank', 200), sent('retirement', 200)]
    assert.deepEqual(
      ATTEMPTS.filter(({ shown }) => shown(accepted)).map(({ title }) => title),
      ['Use the token'],
    )
  })

  test('only when each form from another origin was refused for that reason', () => {
    const refused = (to: Sent['to']) => sent(to, 403, 'cross_site_request')
    const shown = (second: Sent) =>
      ATTEMPTS.find(({ letter }) => letter === 'e')?.shown([refused('bank'), second, refused('retirement')])
    assert.equal(shown(refused('bank')), true)
    // The bank read the form of the sibling host.
    assert.equal(shown(sent('bank', 400, 'invalid_request')), false)
  })
})

// Sends every vector of packages/auth to both services, with shared secrets and key pairs. No answer may be wrong.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { freePort } from '@signet/testing'
import { conformanceRunner } from './conformance-runner.js'
import { keys } from './key-files.js'
import { register } from './requests.js'
import type { Service, Target } from './services.js'
import { bank, world } from './shared-world.js'

describe('no answer to the vectors of packages/auth is wrong', () => {
  const pairs = join(world.dataDir, 'keys', 'conformance.json')
  const { BANK_URL, RETIREMENT_URL } = world.common
  let port: number
  let services: readonly [bank: Service, retirement: Service]
  before(async () => {
    await keys('add', pairs)
    port = await freePort()
    const issuerOfTheRunner = `http://127.0.0.1:${port}`
    const fromTheRunner = {
      BANK_INTERNAL_URL: issuerOfTheRunner,
      JWT_JWKS_URL: `${issuerOfTheRunner}/.well-known/jwks.json`,
      REVOCATION_MAX_AGE: '4',
    }
    services = await Promise.all([
      world.startHere('bank', { env: { JWT_PRIVATE_KEYS_FILE: pairs } }),
      world.startHere('retirement', { env: fromTheRunner }),
    ])
  })
  after(() => Promise.all(services.map((service) => service.stop())))

  async function assertConforms({ url }: Target, ...args: string[]) {
    const verifier = ['--url', `${url}/api/me`, '--cookie-name', 'signet_token']
    const held = ['--secret', world.shared.JWT_SECRET, '--private-jwks', pairs]
    const { conform, readOptions } = await conformanceRunner()
    const { checked } = await conform(readOptions([...verifier, ...held, ...args]))
    const wrong = checked.flatMap(({ vector, carrier, problem }) =>
      problem ? [`${problem.severity} ${problem.what} ${vector.id} ${carrier}`] : [],
    )
    assert.deepEqual(wrong, [])
    assert.ok(checked.length > 1_500, String(checked.length))
  }

  test('at the bank, which reads the status lists from its database', async () => {
    // The token of a session whose list the bank has.
    const { token } = await register(bank)
    await assertConforms(services[0], '--token', token)
  })

  test('at retirement, which fetches status lists and public keys', async () => {
    const issuer = ['--issuer', BANK_URL, '--audience', RETIREMENT_URL, '--client-id', 'bank']
    await assertConforms(services[1], ...issuer, '--status-list-port', String(port), '--max-age', '4')
  })
})

// Shared by the suites of one test file: two banks and one retirement, which no suite may stop.
import assert from 'node:assert/strict'
import { after } from 'node:test'
import { logsOf, newSecret, openWorld } from './world.js'

export const world = await openWorld()
after(() => world.close())
// The first secret signs. The second only verifies.
world.shared.JWT_SECRET = `${newSecret()},older:${newSecret().split(':')[1]}`

export const [bank, otherBank, retirement] = await Promise.all([
  world.start('bank', { port: world.ports.bank }),
  world.start('bank'),
  world.start('retirement', { port: world.ports.retirement }),
])
export const everywhere = [bank, otherBank, retirement]

/** Asserts that the logs contain no password, secret, refresh token or whole JWT, and that no service exited by itself. */
export async function assertCleanRun() {
  assert.deepEqual(world.endedByThemselves, [])
  const text = await logsOf(world)
  assert.ok(text.length > 10_000)
  const entries = [...world.shared.JWT_SECRET.split(','), world.own.bank.REFRESH_TOKEN_SECRET]
  const secrets = entries.map((entry) => entry.split(':')[1] ?? '')
  const { password: databasePassword } = new URL(world.urls.bank)
  for (const secret of [...secrets, databasePassword, 'a-long-enough-phrase']) assert.ok(!text.includes(secret))
  assert.doesNotMatch(text, /[0-9a-f]{8}:[0-9a-f-]{36}:\d+:[A-Za-z0-9_-]{43}/)
  assert.doesNotMatch(text, /eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}/)
}

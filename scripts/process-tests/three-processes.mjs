// Two banks and one retirement on the same databases, and what none of them may ever have logged.
import assert from 'node:assert/strict'
import { logsOf, openWorld } from './world.mjs'

export async function openThreeProcesses() {
  const world = await openWorld()
  const [bank, otherBank, retirement] = await Promise.all([
    world.start('bank', { port: world.ports.bank }),
    world.start('bank'),
    world.start('retirement', { port: world.ports.retirement }),
  ])
  return { world, bank, otherBank, retirement, everywhere: [bank, otherBank, retirement] }
}

/** No log line holds a password, a secret, a refresh token or a whole JWT. */
export async function assertNoSecretInLogs(world) {
  const text = await logsOf(world)
  assert.ok(text.length > 10_000)
  const secrets = [world.shared.JWT_SECRET, world.own.bank.REFRESH_TOKEN_SECRET].map((entry) => entry.split(':')[1])
  const { password: databasePassword } = new URL(world.urls.bank)
  for (const secret of [...secrets, databasePassword, 'a-long-enough-phrase']) assert.ok(!text.includes(secret))
  assert.doesNotMatch(text, /[0-9a-f]{8}:[0-9a-f-]{36}:\d+:[A-Za-z0-9_-]{43}/)
  assert.doesNotMatch(text, /eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}/)
}

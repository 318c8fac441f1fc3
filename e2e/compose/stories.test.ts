// Runs `docker compose --profile e2e run --rm e2e` with one replica of each service, then with three.
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import { compose, install, replicas, scale, uninstall, up } from './installation.js'

before(async () => {
  await install()
  await compose('--profile', 'e2e', 'build', 'e2e')
})
after(uninstall)

/** Runs end-to-end tests and returns how many passed. */
async function stories(t: TestContext, ...args: readonly string[]): Promise<number> {
  // Without --no-deps Compose would scale back to one replica each.
  const output = await compose('--profile', 'e2e', 'run', '--rm', '-T', '--no-deps', 'e2e', ...args)
  const [, passed] = /(\d+) passed/.exec(output) ?? assert.fail(output.slice(-2_000))
  t.diagnostic(`${passed} stories`)
  return Number(passed)
}

test('the @one-process tests pass with one replica of each service', async (t) => {
  assert.ok((await stories(t, '--grep', '@one-process')) > 0)
})

test('all other tests pass with three replicas of each service', async (t) => {
  await up('--no-recreate', ...scale(3))
  assert.ok((await stories(t)) > 0)
  assert.equal((await replicas('bank')).length, 3)
})

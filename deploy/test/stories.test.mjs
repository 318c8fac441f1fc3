// `docker compose --profile e2e run --rm e2e`: the stories in a browser inside, first one of each, then three of each.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { compose, install, replicas, scale, uninstall, up } from './installation.mjs'

before(async () => {
  await install()
  await compose('--profile', 'e2e', 'build', 'e2e')
})
after(uninstall)

/** Runs stories, and tells how many passed. */
async function stories(t, ...args) {
  // Without --no-deps Compose would first see to it that there is one of each.
  const output = await compose('--profile', 'e2e', 'run', '--rm', '-T', '--no-deps', 'e2e', ...args)
  const [, passed] = /(\d+) passed/.exec(output) ?? assert.fail(output.slice(-2_000))
  t.diagnostic(`${passed} stories`)
  return Number(passed)
}

test('the stories of one process hold with one of each', async (t) => {
  assert.ok((await stories(t, '--grep', '@one-process')) > 0)
})

test('all others hold with three of each', async (t) => {
  await up('--no-recreate', ...scale(3))
  assert.ok((await stories(t)) > 0)
  assert.equal((await replicas('bank')).length, 3)
})

// The short form of `npm run chaos`.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runChaos } from './run.mjs'

test('while services and PostgreSQL are killed no money is lost, none moves twice, and nobody is signed out', async (t) => {
  const seed = String(randomInt(1_000_000))
  const lines = []
  const say = (line) => lines.push(line)
  const keepLogsIn = join(tmpdir(), `signet-chaos-${seed}`)
  const { problems, ...counted } = await runChaos({
    seconds: 8,
    seed,
    pauseSeconds: [1, 2],
    awayAtOnce: 1,
    keepLogsIn,
    say,
  })
  t.diagnostic(`seed ${seed}: ${JSON.stringify(counted)}`)
  assert.equal(
    problems.length,
    0,
    `npm run chaos -- --seconds 8 --seed ${seed}, logs in ${keepLogsIn}\n${problems.join('\n')}\n\n${lines.join('\n')}`,
  )
  assert.ok(counted.kills >= 2 && counted.transfers >= 8 && counted.deposits >= 1, JSON.stringify(counted))
})

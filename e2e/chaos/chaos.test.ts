// The short form of `npm run chaos`.
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Victim } from './killer.js'
import { type ChaosOptions, type CountsSoFar, runChaos } from './run.js'

/** Only a hang takes this long. */
const HANG_LIMIT_SECONDS = 600

/** Kills each service once and PostgreSQL twice. */
const VICTIMS: readonly Victim[] = ['bank 1', 'bank 2', 'retirement', 'PostgreSQL', 'PostgreSQL']

const isEnough = ({ killsOfPostgres, kills, transferRequests, renewals, seconds }: CountsSoFar) =>
  (killsOfPostgres >= 2 && kills >= VICTIMS.length && transferRequests >= 8 && renewals >= 1) ||
  seconds > HANG_LIMIT_SECONDS

test('killing services and PostgreSQL loses no money, repeats no transfer, signs out no user and crashes no other service', async (t) => {
  const seed = String(randomInt(1_000_000))
  const lines: string[] = []
  const say = (line: string) => lines.push(line)
  const keepLogsIn = join(tmpdir(), `signet-chaos-${seed}`)
  const options: ChaosOptions = {
    victims: VICTIMS,
    tabs: [2, 1, 1],
    pauseMs: [200, 500],
    isEnough,
    seed,
    pauseSeconds: [0.3, 1],
    awayAtOnce: 1,
    keepLogsIn,
    say,
  }
  const { problems, ...counted } = await runChaos(options)
  t.diagnostic(`seed ${seed}: ${JSON.stringify(counted)}`)
  assert.equal(problems.length, 0, `seed ${seed}, logs in ${keepLogsIn}\n${problems.join('\n')}\n\n${lines.join('\n')}`)
  const { killsOfPostgres, transfers, deposits } = counted
  assert.ok(killsOfPostgres >= 2 && transfers >= 1 && deposits >= 1, JSON.stringify(counted))
})

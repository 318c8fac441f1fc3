import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import Fastify from 'fastify'
import { runRegularly } from '../src/regular-task.js'

function start(t: TestContext, run: () => Promise<unknown>) {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => lines.push(line) } } })
  runRegularly(app, { everyMs: 1_000, failure: 'could not do it', run })
  return { app, lines, tick: () => turn(t.mock.timers.tick(1_000)) }
}

test('a regular task runs again after a failure, which is logged, and no more once the service is closed', async (t) => {
  let runs = 0
  const { app, lines, tick } = start(t, async () => {
    runs += 1
    throw new Error('database down')
  })
  await tick()
  await tick()
  assert.equal(runs, 2)
  await app.close()
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ msg, err }) => [msg, err.message]),
    [
      ['could not do it', 'database down'],
      ['could not do it', 'database down'],
    ],
  )
  await tick()
  assert.equal(runs, 2)
})

test('a slow run delays the next one, and the two do not overlap', async (t) => {
  const ends: Array<() => void> = []
  const { app, tick } = start(t, () => new Promise<void>((resolve) => ends.push(resolve)))
  for (let seconds = 0; seconds < 5; seconds += 1) await tick()
  assert.equal(ends.length, 1)
  ends[0]?.()
  await turn()
  await tick()
  assert.equal(ends.length, 2)
  await app.close()
})

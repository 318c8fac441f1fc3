import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { runRegularly } from '../src/regular-task.js'

test('a regular task runs again after a failure, which is logged, and no more once the service is closed', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const lines: string[] = []
  const app = Fastify({ logger: { level: 'warn', stream: { write: (line: string) => lines.push(line) } } })
  const times: Date[] = []
  runRegularly(app, {
    everyMs: 1_000,
    failure: 'could not do it',
    run: async (now) => {
      times.push(now)
      throw new Error('database down')
    },
  })
  t.mock.timers.tick(2_000)
  assert.equal(times.length, 2)
  await app.close()
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ msg, err }) => [msg, err.message]),
    [
      ['could not do it', 'database down'],
      ['could not do it', 'database down'],
    ],
  )
  t.mock.timers.tick(5_000)
  assert.equal(times.length, 2)
})

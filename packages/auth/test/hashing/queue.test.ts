import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPasswords } from '../../src/issuer.js'
import { hashingPid, procfs } from './process.js'

test(
  'as many passwords again as are hashed at once are sent ahead, and the others are safe with the queue',
  procfs,
  async (t) => {
    const passwords = await createPasswords({ concurrency: 2, queueLength: 5 })
    t.after(() => passwords.close())
    const hashes = Array.from({ length: 7 }, () => passwords.hash('correct horse battery'))
    assert.deepEqual(passwords.load(), { running: 2, waiting: 5, refused: 0 })
    // Whatever was sent to the process ends with it; whoever comes next has another.
    process.kill(hashingPid(), 'SIGKILL')
    const outcomes = await Promise.allSettled(hashes)
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      [...Array(4).fill('rejected'), ...Array(3).fill('fulfilled')],
    )
  },
)

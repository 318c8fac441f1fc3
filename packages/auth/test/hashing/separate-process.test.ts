import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { constants } from 'node:os'
import { afterEach, test } from 'node:test'
import { AuthError } from '../../src/errors.js'
import type { Hasher } from '../../src/hashing/hasher.js'
import { processHasher } from '../../src/hashing/separate-process.js'
import { hashingPid, procfs, statOf } from './process.js'

const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Takes about ten seconds: a process that exits earlier did not wait for it. */
const slow = { memoryCost: 1_048_576, timeCost: 16, parallelism: 1 }

let hasher: Hasher
afterEach(() => hasher.close())

test('all threads of the hashing process have a lower priority than this process', procfs, async () => {
  hasher = processHasher({ threads: 2 })
  await hasher.run({ password: 'correct horse battery', parameters })
  const pid = hashingPid()
  const own = Number(statOf('/proc/self/stat')[16])
  const priorities = readdirSync(`/proc/${pid}/task`).map((task) =>
    Number(statOf(`/proc/${pid}/task/${task}/stat`)[16]),
  )
  assert.ok(priorities.length > 2, 'it has threads')
  for (const priority of priorities) {
    assert.equal(priority, Math.max(own, constants.priority.PRIORITY_BELOW_NORMAL))
  }
})

test('the death of the hashing process rejects its jobs, and the next job succeeds', procfs, async () => {
  hasher = processHasher({ threads: 1 })
  await hasher.run({ password: 'correct horse battery', parameters })
  const lost = hasher.run({ password: 'correct horse battery', parameters: slow })
  process.kill(hashingPid(), 'SIGKILL')
  await assert.rejects(lost, (error) => {
    assert.ok(error instanceof AuthError)
    assert.deepEqual([error.statusCode, error.headers['retry-after']], [503, '1'])
    return true
  })
  const { hash } = await hasher.run({ password: 'correct horse battery', parameters })
  assert.deepEqual(await hasher.run({ password: 'correct horse battery', parameters, hash: hash ?? '' }), {
    matches: true,
    needsRehash: false,
  })
})

test('an invalid hash fails its own job only', async () => {
  hasher = processHasher({ threads: 1 })
  await assert.rejects(hasher.run({ password: 'whatever', parameters, hash: 'no hash' }), /pchstr|\$/)
  assert.match((await hasher.run({ password: 'whatever', parameters })).hash ?? '', /^\$argon2id\$/)
})

test('it does not keep its parent alive, exits with it, and ignores Ctrl-C', procfs, async () => {
  hasher = processHasher({ threads: 1 })
  const code = `
    import { processHasher } from ${JSON.stringify(new URL('../../src/hashing/separate-process.js', import.meta.url).href)}
    const { hash } = await processHasher({ threads: 1 }).run({ password: 'p', parameters: ${JSON.stringify(parameters)} })
    process.stdout.write(hash)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    said += chunk
  })
  const [exitCode] = await new Promise<[number | null]>((resolve) => child.on('close', (code) => resolve([code])))
  assert.equal(exitCode, 0)
  assert.match(said, /^\$argon2id\$/)

  await hasher.run({ password: 'correct horse battery', parameters })
  const pid = hashingPid()
  process.kill(pid, 'SIGINT')
  process.kill(pid, 'SIGTERM')
  await hasher.run({ password: 'correct horse battery', parameters })
  assert.equal(hashingPid(), pid)
})

// The migration's job and the pods that wait for it, as processes against a real PostgreSQL. Needs a build.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openTestDatabase } from '@signet/testing'

const deploy = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'signet-migration-'))
after(() => rmSync(folder, { recursive: true }))

/** Runs a job; `said` resolves when it has said something that matches, `ended` to its exit code. */
function start(script, name, env) {
  const child = spawn(process.execPath, [join(deploy, script), name], { env: { PATH: process.env.PATH, ...env } })
  let output = ''
  const listeners = new Set()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
      for (const listener of listeners) listener()
    })
  return {
    child,
    output: () => output,
    ended: new Promise((resolve) => child.once('close', resolve)),
    said: (pattern) =>
      new Promise((resolve) => {
        const look = () => pattern.test(output) && resolve()
        listeners.add(look)
        look()
      }),
  }
}

for (const name of ['bank', 'retirement']) {
  test(`pods of ${name} wait until its job has migrated the database`, async (t) => {
    const { url, remove } = await openTestDatabase({ name: 'empty' })
    t.after(remove)
    const DATABASE_URL_FILE = join(folder, `${name}-url`)
    writeFileSync(DATABASE_URL_FILE, `${url}\n`)
    const awaiting = () => start('await-migration.mjs', name, { DATABASE_URL_FILE })
    const waiting = awaiting()
    t.after(() => waiting.child.kill())
    await waiting.said(/is not migrated yet/)

    const job = start('migrate-one.mjs', name, { DATABASE_URL_FILE, DEMO: '0' })
    assert.equal(await job.ended, 0, job.output())
    assert.equal(await waiting.ended, 0, waiting.output())
    for (const { output } of [waiting, job]) assert.ok(!output().includes(url))
    // A pod that comes later. What differs between the services is the folder of migrations: one of them is enough.
    if (name !== 'bank') return
    const again = awaiting()
    assert.equal(await again.ended, 0)
    assert.doesNotMatch(again.output(), /waiting/)
  })
}

test('a job that was not told which database says so', async () => {
  const job = start('migrate-one.mjs', 'store', { DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none' })
  assert.equal(await job.ended, 2)
  assert.match(job.output(), /^usage: /)
})

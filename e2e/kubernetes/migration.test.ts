// Runs the migration job and the waiting init containers as processes with a real PostgreSQL. Needs a build.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openTestDatabase } from '@signet/testing'

const deploy = fileURLToPath(new URL('../../../deploy', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'signet-migration-'))
after(() => rmSync(folder, { recursive: true }))

/** Starts a job. `said` resolves when its output matches, `ended` with its exit code. */
function start(script: string, name: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(deploy, script), name], { env: { PATH: process.env.PATH, ...env } })
  let output = ''
  const listeners = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
      for (const listener of listeners) listener()
    })
  return {
    child,
    output: () => output,
    ended: new Promise<number | null>((resolve) => child.once('close', resolve)),
    said: (pattern: RegExp) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (pattern.test(output)) resolve()
        }
        listeners.add(check)
        check()
      }),
  }
}

for (const name of ['bank', 'retirement']) {
  test(`pods of ${name} wait until the job has migrated the database`, async (t) => {
    const { url, ownerUrl, remove } = await openTestDatabase({ name: 'empty_with_two_roles', runtimePrivileges: [] })
    t.after(remove)
    const DATABASE_URL_FILE = join(folder, `${name}-url`)
    const DATABASE_OWNER_URL_FILE = join(folder, `${name}-owner-url`)
    writeFileSync(DATABASE_URL_FILE, `${url}\n`)
    writeFileSync(DATABASE_OWNER_URL_FILE, `${ownerUrl}\n`)
    const awaiting = () => start('await-migration.mjs', name, { DATABASE_URL_FILE })
    const waiting = awaiting()
    t.after(() => waiting.child.kill())
    await waiting.said(/is not migrated yet/)

    const job = start('migrate-one.mjs', name, { DATABASE_URL_FILE, DATABASE_OWNER_URL_FILE, DEMO: '0' })
    assert.equal(await job.ended, 0, job.output())
    assert.equal(await waiting.ended, 0, waiting.output())
    for (const { output } of [waiting, job]) for (const secret of [url, ownerUrl]) assert.ok(!output().includes(secret))
    // A later pod. The services differ only in their migrations, so testing one is enough.
    if (name !== 'bank') return
    const again = awaiting()
    assert.equal(await again.ended, 0)
    assert.doesNotMatch(again.output(), /waiting/)
  })
}

test('a job without a service name or owner URL prints its usage', async () => {
  const DATABASE_URL = 'postgresql://nobody@127.0.0.1:9/none'
  for (const [name, env] of [
    ['store', { DATABASE_URL, DATABASE_OWNER_URL: DATABASE_URL }],
    ['bank', { DATABASE_URL }],
  ] as const) {
    const job = start('migrate-one.mjs', name, env)
    assert.equal(await job.ended, 2)
    assert.match(job.output(), /^usage: .*DATABASE_OWNER_URL/)
  }
})

test('the job refuses a service role that owns the tables', async (t) => {
  const { ownerUrl, remove } = await openTestDatabase({ name: 'empty_with_two_roles', runtimePrivileges: [] })
  t.after(remove)
  const job = start('migrate-one.mjs', 'bank', { DATABASE_URL: ownerUrl, DATABASE_OWNER_URL: ownerUrl, DEMO: '0' })
  assert.notEqual(await job.ended, 0)
  assert.match(job.output(), /neither a superuser nor the owner of the tables/)
})

// Where root's server finds its programs, when it may not get to those that npm installed.
import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { reachableBinaries } from '../src/embedded/reachable.js'
import { DatabaseStartError } from '../src/index.js'
import { makeTemporaryFolder } from './temporary-folder.js'

const USER = { uid: 65_534, gid: 65_534 }
let root = ''
let remove = async () => {}
let installed = { initdb: '', postgres: '', pgCtl: '' }
beforeEach(async () => {
  const made = await makeTemporaryFolder()
  root = made.path
  remove = made.remove
  const programs = join(root, 'project/package/native')
  await mkdir(join(programs, 'bin'), { recursive: true })
  await mkdir(join(programs, 'lib'))
  await writeFile(join(root, 'project/package/package.json'), '{"version":"18.4.0"}')
  for (const name of ['initdb', 'postgres', 'pg_ctl'])
    await writeFile(join(programs, 'bin', name), name, { mode: 0o755 })
  await writeFile(join(programs, 'lib/libpq.so.5.18'), '')
  await symlink('libpq.so.5.18', join(programs, 'lib/libpq.so'))
  const inBin = (name: string) => join(programs, 'bin', name)
  installed = { initdb: inBin('initdb'), postgres: inBin('postgres'), pgCtl: inBin('pg_ctl') }
  await chmod(join(root, 'project'), 0o700)
})
afterEach(() => remove())

test('they are used as they stand where everybody may pass', async () => {
  await chmod(join(root, 'project'), 0o755)
  assert.deepEqual(await reachableBinaries(installed, USER, join(root, 'elsewhere')), installed)
  assert.deepEqual(await readdir(root), ['project'])
})

test('else they are copied, once and whole, however many runs begin at once', async () => {
  const elsewhere = join(root, 'elsewhere')
  const runs = await Promise.all(Array.from({ length: 4 }, () => reachableBinaries(installed, USER, elsewhere)))
  const copy = join(elsewhere, 'postgresql-18.4.0')
  for (const run of runs) assert.equal(run.pgCtl, join(copy, 'bin/pg_ctl'))
  assert.equal(await readFile(join(copy, 'bin/postgres'), 'utf8'), 'postgres')
  assert.equal(await readlink(join(copy, 'lib/libpq.so')), 'libpq.so.5.18')
  assert.deepEqual(await readdir(elsewhere), ['postgresql-18.4.0'])
  await writeFile(join(copy, 'bin/postgres'), 'the same copy')
  await reachableBinaries(installed, USER, elsewhere)
  assert.equal(await readFile(join(copy, 'bin/postgres'), 'utf8'), 'the same copy')
})

test('where they cannot be copied, the folder in the way is named', async () => {
  await writeFile(join(root, 'a-file'), '')
  await assert.rejects(reachableBinaries(installed, USER, join(root, 'a-file/elsewhere')), (error) => {
    assert.ok(error instanceof DatabaseStartError)
    assert.equal(error.code, 'binaries_unreachable')
    assert.ok(error.message.includes(`chmod o+x ${join(root, 'project')}`), error.message)
    return true
  })
})

// Programs of root's server when its user cannot reach the installed ones.
import assert from 'node:assert/strict'
import { chmod, chown, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { reachableBinaries } from '../src/embedded/reachable-binaries.js'
import { DatabaseStartError } from '../src/index.js'
import { makeTemporaryFolder } from './temporary-folder.js'

const OTHER_USER = { uid: 65_534, gid: 65_534 }
/** Says its version, as the real one; the folder of its libraries has to be there for that. */
const PROGRAM = '#!/bin/sh\nls "$(dirname "$0")/../lib/libpq.so" || exit 1\necho "postgres (PostgreSQL) 18.4"\n'

describe('as root', { skip: process.getuid?.() !== 0 }, () => {
  let root = ''
  let remove = async () => {}
  let programs = ''
  let installed = { initdb: '', postgres: '', pgCtl: '' }
  beforeEach(async () => {
    const made = await makeTemporaryFolder()
    root = made.path
    remove = made.remove
    programs = join(root, 'project/package/native')
    await mkdir(join(programs, 'bin'), { recursive: true })
    await mkdir(join(programs, 'lib'))
    await writeFile(join(root, 'project/package/package.json'), '{"version":"18.4.0"}')
    for (const name of ['initdb', 'postgres', 'pg_ctl']) {
      await writeFile(join(programs, 'bin', name), PROGRAM, { mode: 0o755 })
    }
    await writeFile(join(programs, 'lib/libpq.so.5.18'), '')
    await symlink('libpq.so.5.18', join(programs, 'lib/libpq.so'))
    const inBin = (name: string) => join(programs, 'bin', name)
    installed = { initdb: inBin('initdb'), postgres: inBin('postgres'), pgCtl: inBin('pg_ctl') }
    await chmod(join(root, 'project'), 0o700)
  })
  afterEach(() => remove())

  const elsewhere = () => join(root, 'elsewhere')
  const copy = () => join(elsewhere(), 'postgresql-18.4.0')
  const refused = (why: RegExp, place = elsewhere()) =>
    assert.rejects(reachableBinaries(installed, OTHER_USER, place), (error) => {
      assert.ok(error instanceof DatabaseStartError)
      assert.equal(error.code, 'binaries_unreachable')
      assert.ok(error.message.includes(`chmod o+x ${join(root, 'project')}`), error.message)
      assert.match(error.message, why)
      return true
    })

  test('installed programs in an open folder are used directly', async () => {
    await chmod(join(root, 'project'), 0o755)
    assert.deepEqual(await reachableBinaries(installed, OTHER_USER, elsewhere()), installed)
    assert.deepEqual(await readdir(root), ['project'])
  })

  test('else they are copied, once and whole, however many runs begin at once', async () => {
    const runs = await Promise.all(
      Array.from({ length: 4 }, () => reachableBinaries(installed, OTHER_USER, elsewhere())),
    )
    for (const run of runs) assert.equal(run.pgCtl, join(copy(), 'bin/pg_ctl'))
    assert.equal(await readlink(join(copy(), 'lib/libpq.so')), 'libpq.so.5.18')
    assert.deepEqual(await readdir(elsewhere()), ['postgresql-18.4.0'])
    await writeFile(join(copy(), 'bin/postgres'), 'the same copy')
    await reachableBinaries(installed, OTHER_USER, elsewhere())
    assert.equal(await readFile(join(copy(), 'bin/postgres'), 'utf8'), 'the same copy')
  })

  test('the copy is readable even if the installation had a strict umask', async () => {
    for (const path of ['', 'bin', 'lib', 'bin/postgres', 'lib/libpq.so.5.18']) await chmod(join(programs, path), 0o700)
    await reachableBinaries(installed, OTHER_USER, elsewhere())
    assert.equal((await stat(join(copy(), 'bin/postgres'))).mode & 0o777, 0o755)
  })

  test('a copy that does not run is deleted, and made again after a repair', async () => {
    await rm(join(programs, 'lib/libpq.so'))
    await refused(/libpq\.so/)
    assert.deepEqual(await readdir(elsewhere()), [])
    await symlink('libpq.so.5.18', join(programs, 'lib/libpq.so'))
    await reachableBinaries(installed, OTHER_USER, elsewhere())
  })

  test('no program runs from a folder that another user can write to', async () => {
    await mkdir(copy(), { recursive: true })
    await chown(copy(), OTHER_USER.uid, OTHER_USER.gid)
    await refused(/postgresql-18\.4\.0 is not a folder that only root can write to/)
    await chown(copy(), 0, 0)
    await chmod(elsewhere(), 0o777)
    await refused(/elsewhere is not a folder that only root can write to/)
  })

  test('a closed folder or a file cannot be used instead', async () => {
    await mkdir(elsewhere(), { mode: 0o700 })
    await refused(/cannot enter \S+\/elsewhere either/)
    await writeFile(join(root, 'a-file'), '')
    await refused(/ENOTDIR|EEXIST/, join(root, 'a-file/elsewhere'))
  })
})

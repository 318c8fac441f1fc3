// Data folder of root's server when its user cannot reach the requested one.
import assert from 'node:assert/strict'
import { mkdir, readdir, readlink, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { reachableFolder } from '../src/embedded/reachable-folder.js'
import { DatabaseStartError } from '../src/index.js'
import { makeTemporaryFolder } from './temporary-folder.js'

const OTHER_USER = { uid: 65_534, gid: 65_534 }

describe('as root', { skip: process.getuid?.() !== 0 }, () => {
  let root = ''
  let remove = async () => {}
  beforeEach(async () => {
    const made = await makeTemporaryFolder()
    root = made.path
    remove = made.remove
    await mkdir(join(root, 'closed'), { mode: 0o700 })
  })
  afterEach(() => remove())

  const elsewhere = () => join(root, 'elsewhere')
  const ask = (folder: string) => reachableFolder(join(root, folder), OTHER_USER, elsewhere())
  const refused = (folder: string, why: RegExp) =>
    assert.rejects(ask(folder), (error) => {
      assert.ok(error instanceof DatabaseStartError)
      assert.equal(error.code, 'folder_unreachable')
      assert.match(error.message, why)
      return true
    })

  test('an open folder is used directly, whether it exists or not', async () => {
    assert.equal(await ask('open/postgres'), join(root, 'open/postgres'))
    await mkdir(join(root, 'open/postgres'), { recursive: true })
    assert.equal(await ask('open/postgres'), join(root, 'open/postgres'))
    assert.deepEqual((await readdir(root)).sort(), ['closed', 'open'])
  })

  test('a closed folder becomes a link, to the same folder each time', async () => {
    const made = await ask('closed/.data/postgres')
    assert.equal(await readlink(join(root, 'closed/.data/postgres')), made)
    assert.equal((await stat(made)).mode & 0o777, 0o711)
    assert.equal(await ask('closed/.data/postgres'), made)
    assert.equal((await readdir(elsewhere())).length, 1)
  })

  test('concurrent runs use the same folder', async () => {
    for (let round = 0; round < 50; round += 1) {
      const folders = await Promise.all(Array.from({ length: 4 }, () => ask(`closed/round-${round}`)))
      assert.equal(new Set(folders).size, 1)
    }
    assert.equal((await readdir(elsewhere())).length, 50)
  })

  test('a link to a closed folder is treated as that folder, before it exists and after', async () => {
    await symlink(join(root, 'closed'), join(root, 'open'))
    const made = await ask('open/postgres')
    assert.equal(await realpath(join(root, 'open/postgres')), made)
    assert.equal(await ask('open/postgres'), made)
  })

  test('a broken link is reported and not changed', async () => {
    await symlink(join(root, 'unplugged/postgres'), join(root, 'postgres'))
    await refused('postgres', /^\S+ is a link to \S+unplugged\/postgres, which does not exist\. Restore it/)
    assert.equal(await readlink(join(root, 'postgres')), join(root, 'unplugged/postgres'))
    const made = await ask('closed/postgres')
    await rm(made, { recursive: true })
    await refused('closed/postgres', /which does not exist/)
  })

  test('existing contents stay in place', async () => {
    await mkdir(join(root, 'closed/postgres/data'), { recursive: true })
    await refused('closed/postgres', /chmod o\+x \S+\/closed/)
    await writeFile(join(root, 'closed/postgres/data/kept'), '')
    await refused('closed/postgres', /ENOTEMPTY/)
    assert.deepEqual(await readdir(join(root, 'closed/postgres/data')), ['kept'])
  })
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, realpath, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { type DatabaseStartCode, DatabaseStartError, startEmbeddedServer } from '../src/index.js'
import { makeTemporaryFolder } from './temporary-folder.js'

let root = ''
let folder = ''
let remove = async () => {}

before(async () => {
  const made = await makeTemporaryFolder()
  root = made.path
  remove = made.remove
  folder = join(root, 'database')
  // The state after a kill during initdb.
  await mkdir(join(folder, 'data.new-0123'), { recursive: true })
  const server = await startEmbeddedServer({ folder })
  await query(server.adminUrl, 'CREATE TABLE kept (at timestamptz)')
  await server.stop()
})
after(() => remove())

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

async function refused(code: DatabaseStartCode, options: { folder: string; port?: number }): Promise<void> {
  await assert.rejects(startEmbeddedServer(options), (error) => {
    assert.ok(error instanceof DatabaseStartError)
    assert.equal(error.code, code, error.message)
    assert.match(error.message, /^[^\n]+\.$/, 'one line, one sentence')
    return true
  })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const serverPid = async () => Number((await readFile(join(folder, 'data/postmaster.pid'), 'utf8')).split('\n')[0])

test('data and password stay between starts, temporary folders and processes do not', async () => {
  const server = await startEmbeddedServer({ folder })
  const pid = await serverPid()
  assert.equal((await query(server.adminUrl, 'SELECT * FROM kept')).length, 0)
  assert.deepEqual(await query(server.adminUrl, 'SHOW fsync'), [{ fsync: 'on' }])
  await server.stop()
  await server.stop()
  assert.equal(isAlive(pid), false)
  assert.deepEqual((await readdir(folder)).sort(), ['data', 'password'])
  assert.equal((await stat(join(folder, 'password'))).mode & 0o777, 0o600)
})

test('connections need a password and 127.0.0.1', async () => {
  const server = await startEmbeddedServer({ folder })
  const url = new URL(server.adminUrl)
  assert.equal(url.hostname, '127.0.0.1')
  url.password = 'guessed'
  await assert.rejects(query(url.href, 'SELECT 1'), { code: '28P01' })
  await server.stop()
})

test('the server installs no signal handlers', async () => {
  const count = () => ['SIGINT', 'SIGTERM', 'SIGHUP', 'beforeExit', 'exit'].map((event) => process.listenerCount(event))
  const earlier = count()
  const server = await startEmbeddedServer({ folder })
  assert.deepEqual(count().slice(0, 4), earlier.slice(0, 4))
  await server.stop()
  assert.deepEqual(count(), earlier)
})

test('the server of a live process is left alone, that of a killed one is replaced', async () => {
  const owner = spawn(process.execPath, [fileURLToPath(new URL('owner.js', import.meta.url)), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(owner.stdout.setEncoding('utf8'), 'data')
  const url = String(line).trim()
  await query(url, 'CREATE TABLE survivor (id int)')
  const pid = await serverPid()

  await refused('folder_in_use', { folder })
  assert.equal(isAlive(pid), true)

  owner.kill('SIGKILL')
  await once(owner, 'exit')
  assert.equal(isAlive(pid), true, 'the server outlives its owner')
  const server = await startEmbeddedServer({ folder })
  assert.notEqual(await serverPid(), pid)
  await assert.rejects(query(url, 'SELECT 1'), 'the orphaned server has ended')
  assert.equal((await query(server.adminUrl, 'SELECT * FROM survivor')).length, 0)
  await server.stop()
})

test('of two concurrent starts in one folder, one succeeds', async () => {
  const results = await Promise.allSettled([startEmbeddedServer({ folder }), startEmbeddedServer({ folder })])
  const started = results.filter((result) => result.status === 'fulfilled')
  assert.equal(started.length, 1)
  await Promise.all(started.map(({ value }) => value.stop()))
})

test('a manually started server is left alone', async () => {
  const server = await startEmbeddedServer({ folder })
  await rm(join(folder, 'owner'))
  await refused('folder_in_use', { folder })
  assert.deepEqual(await query(server.adminUrl, 'SELECT 1 AS one'), [{ one: 1 }])
  await server.stop()
})

test('a pid file and an owner file with reused process ids do not block the start', async () => {
  await writeFile(join(folder, 'data/postmaster.pid'), `${process.pid}\n${folder}/data\n`)
  await writeFile(join(folder, 'owner'), JSON.stringify({ pid: process.pid, startedAt: 'long ago' }))
  const server = await startEmbeddedServer({ folder })
  await server.stop()
})

test('a port in use is port_taken', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const address = other.address()
  assert.ok(typeof address === 'object' && address)
  await refused('port_taken', { folder, port: address.port })
  other.close()
})

test('data of another major version is data_version_mismatch', async () => {
  const file = join(folder, 'data/PG_VERSION')
  const version = await readFile(file, 'utf8')
  await writeFile(file, '12\n')
  await refused('data_version_mismatch', { folder })
  await writeFile(file, version)
})

test('data without its password is password_missing', async () => {
  await rename(join(folder, 'password'), join(folder, 'password.away'))
  await refused('password_missing', { folder })
  await rename(join(folder, 'password.away'), join(folder, 'password'))
})

test('an incomplete data folder is data_incomplete', async () => {
  const half = join(root, 'half')
  await mkdir(join(half, 'data'), { recursive: true })
  await writeFile(join(half, 'data/PG_VERSION'), '18\n')
  await refused('data_incomplete', { folder: half })
})

describe('as root, below a folder that the server cannot enter', { skip: process.getuid?.() !== 0 }, () => {
  let closed = ''
  before(async () => {
    closed = join(root, 'closed')
    await mkdir(closed, { mode: 0o700 })
  })

  test('the data is stored elsewhere, and is created anew after its link is deleted', async () => {
    const inner = join(closed, 'inner')
    // The state after an earlier version.
    await mkdir(inner)
    const first = await startEmbeddedServer({ folder: inner })
    const real = await realpath(inner)
    try {
      assert.match(real, /^\/var\/lib\/signet\/postgres-\w+$/)
      assert.equal((await stat(join(real, 'data'))).mode & 0o777, 0o700)
      await query(first.adminUrl, 'CREATE TABLE kept (at timestamptz)')
      await first.stop()
      const second = await startEmbeddedServer({ folder: inner })
      assert.equal((await query(second.adminUrl, 'SELECT * FROM kept')).length, 0)
      await refused('folder_in_use', { folder: inner })
      await second.stop()
    } finally {
      await rm(real, { recursive: true })
    }
    await refused('folder_unreachable', { folder: inner })
    await unlink(inner)
    const anew = await startEmbeddedServer({ folder: inner })
    const realAnew = await realpath(inner)
    await anew.stop()
    await rm(realAnew, { recursive: true })
    assert.notEqual(realAnew, real)
  })

  test('existing data is not abandoned', async () => {
    const inner = join(closed, 'with-data')
    await mkdir(join(inner, 'data'), { recursive: true })
    await refused('folder_unreachable', { folder: inner })
    assert.deepEqual(await readdir(inner), ['data'])
  })
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { type EmbeddedServer, isMigrated, migrate, provision, startEmbeddedServer } from '../src/index.js'
import { makeTemporaryFolder } from './temporary-folder.js'

let server: EmbeddedServer
let root = ''
let remove = async () => {}
let databases = 0

before(async () => {
  const folder = await makeTemporaryFolder()
  remove = folder.remove
  root = folder.path
  server = await startEmbeddedServer({ folder: join(root, 'database') })
})
after(async () => {
  await server.stop()
  await remove()
})

/** Creates a database and a folder with these migrations. */
async function prepare(migrations: Record<string, string>) {
  databases += 1
  const name = `test_${databases}`
  const url = await provision(server.adminUrl, { database: name, role: name, password: name })
  const folder = join(root, name)
  for (const [migration, script] of Object.entries(migrations)) await write(folder, migration, script)
  await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n')
  return { url, folder }
}

async function write(folder: string, migration: string, script: string): Promise<void> {
  await mkdir(join(folder, migration), { recursive: true })
  await writeFile(join(folder, migration, 'migration.sql'), script)
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const FIRST = 'CREATE TABLE "note" ("id" INTEGER NOT NULL, CONSTRAINT "note_pkey" PRIMARY KEY ("id"));'
const SECOND = 'ALTER TABLE "note" ADD COLUMN "text" TEXT;'
test('four concurrent runs apply each migration once, in order', async () => {
  const { url, folder } = await prepare({ '2_second': SECOND, '1_first': FIRST })
  await query(url, `ALTER ROLE CURRENT_USER SET default_transaction_isolation = 'repeatable read'`)
  const applied = await Promise.all([1, 2, 3, 4].map(() => migrate(url, folder)))
  assert.deepEqual(applied.flat().sort(), ['1_first', '2_second'])
  for (const names of applied) assert.deepEqual(names, names.toSorted())
  const rows = await query(
    url,
    'SELECT migration_name, applied_steps_count FROM _prisma_migrations ORDER BY started_at',
  )
  assert.deepEqual(rows, [
    { migration_name: '1_first', applied_steps_count: 1 },
    { migration_name: '2_second', applied_steps_count: 1 },
  ])
})

test('a run waits for a migration that `prisma migrate deploy` is applying', async () => {
  const { url, folder } = await prepare({ '0_zero': 'SELECT 1;' })
  await migrate(url, folder)
  await write(folder, '1_first', FIRST)
  const prisma = new pg.Client({ connectionString: url })
  await prisma.connect()
  // As Prisma does: its lock, a row without an end, the script, and then the end.
  await prisma.query('SELECT pg_advisory_lock(72707369)')
  await prisma.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('one', encode(sha256($$${FIRST}$$), 'hex'), '1_first')`,
  )
  const running = migrate(url, folder)
  const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`
  const isWaiting = async () => {
    while ((await query(url, waiting)).length === 0) await setTimeout(10)
  }
  await Promise.race([running, isWaiting()])
  assert.equal(await isMigrated(url, folder), false)
  await prisma.query(FIRST)
  await prisma.query('UPDATE _prisma_migrations SET finished_at = now()')
  await prisma.end()
  assert.deepEqual(await running, [])
})

test('a migration that failed in Prisma blocks the next start', async () => {
  const { url, folder } = await prepare({ '1_first': FIRST })
  await migrate(url, folder)
  await query(url, 'UPDATE _prisma_migrations SET finished_at = NULL')
  await write(folder, '1_first', `${FIRST} -- mended`)
  await assert.rejects(migrate(url, folder), { code: 'migration_failed', message: /1_first/ })
  await query(url, 'UPDATE _prisma_migrations SET rolled_back_at = now()')
  await query(url, 'DROP TABLE note')
  assert.deepEqual(await migrate(url, folder), ['1_first'])
})

test('behind a pooler, which keeps its connections to PostgreSQL, no lock stays', { timeout: 30_000 }, async () => {
  const { url, folder } = await prepare({ '1_first': FIRST })
  const pooled = new URL(url)
  const TERMINATE = 'X'.charCodeAt(0)
  const pooler = createServer((client) => {
    const upstream = connect(Number(new URL(url).port), '127.0.0.1')
    client.on('data', (bytes) => bytes[0] !== TERMINATE && upstream.write(bytes))
    upstream.pipe(client)
    after(() => upstream.destroy())
  })
  pooler.listen(0, '127.0.0.1')
  await once(pooler, 'listening')
  pooled.host = `127.0.0.1:${(pooler.address() as AddressInfo).port}`
  assert.deepEqual(await migrate(pooled.href, folder), ['1_first'])
  pooler.close()
  await write(folder, '2_second', SECOND)
  assert.deepEqual(await migrate(url, folder), ['2_second'])
})

test('only the new migration is applied', async () => {
  const { url, folder } = await prepare({ '1_first': FIRST })
  assert.deepEqual(await migrate(url, folder), ['1_first'])
  assert.deepEqual(await migrate(url, folder), [])
  await write(folder, '2_second', SECOND)
  assert.deepEqual(await migrate(url, folder), ['2_second'])
  // An older replica, which lacks an applied migration.
  await rm(join(folder, '2_second'), { recursive: true })
  assert.deepEqual(await migrate(url, folder), [])
})

test('isMigrated reports missing migrations and changes nothing', async () => {
  const { url, folder } = await prepare({ '1_first': FIRST })
  assert.equal(await isMigrated(url, folder), false)
  assert.deepEqual(await query(url, `SELECT to_regclass('_prisma_migrations') AS found`), [{ found: null }])
  await migrate(url, folder)
  assert.equal(await isMigrated(url, folder), true)
  await write(folder, '2_second', SECOND)
  assert.equal(await isMigrated(url, folder), false)
})

test('a semicolon inside a function or string does not end a statement', async () => {
  const script = `CREATE FUNCTION one() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$;
    CREATE TABLE said (words text DEFAULT 'a; b');`
  const { url, folder } = await prepare({ '1_function': script })
  assert.deepEqual(await migrate(url, folder), ['1_function'])
  assert.deepEqual(await query(url, 'SELECT one()'), [{ one: 1 }])
})

test('a connection that is lost during a migration fails it with a stable code, and the next start applies it', async () => {
  const { url, folder } = await prepare({ '1_first': `${FIRST} SELECT pg_terminate_backend(pg_backend_pid());` })
  await assert.rejects(migrate(url, folder), { code: 'migration_failed', message: /1_first/ })
  await write(folder, '1_first', FIRST)
  assert.deepEqual(await migrate(url, folder), ['1_first'])
})

test('a failed migration changes nothing and blocks the next start', async () => {
  const { url, folder } = await prepare({ '1_broken': `${FIRST} SELECT 1/0;` })
  await assert.rejects(migrate(url, folder), {
    code: 'migration_failed',
    message: /^[^\n]*1_broken: .*division by zero$/,
  })
  assert.deepEqual(await query(url, `SELECT to_regclass('note') AS note`), [{ note: null }])
  await assert.rejects(migrate(url, folder), { code: 'migration_failed', message: /1_broken/ })
})

test('a changed migration is migration_edited', async () => {
  const { url, folder } = await prepare({ '1_first': FIRST })
  await migrate(url, folder)
  await write(folder, '1_first', `${FIRST} -- and more`)
  await assert.rejects(migrate(url, folder), { code: 'migration_edited', message: /1_first/ })
})

test('a folder without migrations is migrations_missing', async () => {
  const { url } = await prepare({ '1_first': FIRST })
  await assert.rejects(migrate(url, join(root, 'nowhere')), { code: 'migrations_missing' })
})

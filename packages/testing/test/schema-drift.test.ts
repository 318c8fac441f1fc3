import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import pg from 'pg'
import { openTestDatabase, schemaDrift } from '../src/index.js'

const SCHEMA = `datasource db {
  provider = "postgresql"
}
model Note {
  id   Int     @id
  text String?
  @@map("note")
}
`

test('schemaDrift finds a column that the database lacks, and leaves no database behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'signet-drift-'))
  const database = await openTestDatabase({ name: 'drift', fill: createNote, runtimePrivileges: [] })
  // The administrator may create databases, which the owner may not.
  const { pathname } = new URL(database.ownerUrl)
  const url = Object.assign(new URL(database.adminUrl), { pathname }).href
  try {
    const file = join(folder, 'schema.prisma')
    await writeFile(file, SCHEMA)
    assert.equal(await schemaDrift(url, file), '')
    await writeFile(file, SCHEMA.replace('text String?', 'text String?\n  more Int'))
    assert.match(await schemaDrift(url, file), /ADD COLUMN +"more" INTEGER NOT NULL/)
    assert.deepEqual(await shadowsAt(database.adminUrl), [])
  } finally {
    await database.remove()
    await rm(folder, { recursive: true })
  }
})

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

const createNote = (url: string) =>
  query(url, 'CREATE TABLE note (id integer NOT NULL, text text, CONSTRAINT note_pkey PRIMARY KEY (id))')

/** Databases in which Prisma's engine replays migrations. */
const shadowsAt = (url: string) => query(url, "SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate%'")

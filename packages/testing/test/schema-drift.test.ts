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

test('schemaDrift finds a column that the database lacks', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'signet-drift-'))
  const database = await openTestDatabase({ name: 'drift', fill: createNote, runtimePrivileges: [] })
  try {
    const file = join(folder, 'schema.prisma')
    await writeFile(file, SCHEMA)
    assert.equal(await schemaDrift(database.ownerUrl, file), '')
    await writeFile(file, SCHEMA.replace('text String?', 'text String?\n  more Int'))
    assert.match(await schemaDrift(database.ownerUrl, file), /ADD COLUMN +"more" INTEGER NOT NULL/)
  } finally {
    await database.remove()
    await rm(folder, { recursive: true })
  }
})

async function createNote(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('CREATE TABLE note (id integer NOT NULL, text text, CONSTRAINT note_pkey PRIMARY KEY (id))')
  await client.end()
}

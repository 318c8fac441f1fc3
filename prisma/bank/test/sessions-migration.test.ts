import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { migrate } from '@signet/database'
import { openTestDatabase } from '@signet/testing'
import { createBankDatabase, migrationsFolder } from '../index.js'

/** The first migration that the older installation lacks. */
const FIRST_NEW = '20260820000000_superseded_refresh_tokens'

test('sessions of an earlier version stay active, and revoked ones stay revoked', async (t) => {
  const older = await mkdtemp(join(tmpdir(), 'signet-migrations-'))
  t.after(() => rm(older, { recursive: true }))
  for (const name of (await readdir(migrationsFolder)).filter((name) => name < FIRST_NEW)) {
    await cp(new URL(name, migrationsFolder), join(older, name), { recursive: true })
  }
  const { url, remove } = await openTestDatabase({ name: 'empty' })
  t.after(remove)
  await migrate(url, pathToFileURL(`${older}/`))
  const db = createBankDatabase(url)
  t.after(() => db.$disconnect())
  const [userId, active, ended] = [randomUUID(), randomUUID(), randomUUID()]
  await db.$executeRaw`INSERT INTO users (id, username, name, password_hash) VALUES (${userId}::uuid, 'owner', 'Owner', 'x')`
  for (const id of [active, ended]) {
    await db.$executeRaw`
      INSERT INTO sessions (id, user_id, strategy, created_at, auth_time, rotated_at, expires_at, user_agent, address)
      VALUES (${id}::uuid, ${userId}::uuid, 'jwt', now() - interval '1 hour', now(), now() - interval '5 minutes',
        now() + interval '1 hour', '', '')`
  }
  await db.$executeRaw`UPDATE sessions SET ended_at = now() WHERE id = ${ended}::uuid`

  await migrate(url, migrationsFolder)
  const session = await db.session.findUniqueOrThrow({ where: { id: active } })
  assert.deepEqual([session.authTime, session.previouslyRotatedAt], [session.createdAt, session.rotatedAt])
  assert.deepEqual([session.endedAt, session.endedBy], [null, null])
  assert.equal((await db.session.findUniqueOrThrow({ where: { id: ended } })).endedBy, 0n)
  const later = await db.session.update({ where: { id: active }, data: { endedAt: new Date(0) } })
  assert.ok(later.endedBy !== null && later.endedBy > 0n)
  assert.ok(later.endedAt && later.endedAt > session.createdAt, 'by the clock of the database')
})

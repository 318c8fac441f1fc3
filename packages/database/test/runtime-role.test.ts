import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type EmbeddedServer, grantRuntime, provision, provisionRuntime, startEmbeddedServer } from '../src/index.js'
import { makeTemporaryFolder } from './temporary-folder.js'

/** insufficient_privilege */
const REFUSED = { code: '42501' }

let server: EmbeddedServer
let remove = async () => {}
before(async () => {
  const folder = await makeTemporaryFolder()
  remove = folder.remove
  server = await startEmbeddedServer({ folder: folder.path })
})
after(async () => {
  await server.stop()
  await remove()
})

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

const rolesOf = (database: string) => ({
  owner: { database, role: `${database} "owner"`, password: 'of the owner' },
  runtime: { database, owner: `${database} "owner"`, role: database, password: "it's p@ss/word" },
})

/** Creates a database with both roles and a table that the runtime role may read and insert into. */
async function open(database: string, adminUrl = server.adminUrl) {
  const { owner, runtime } = rolesOf(database)
  const ownerUrl = await provision(adminUrl, owner)
  const url = await provisionRuntime(adminUrl, runtime)
  await query(ownerUrl, 'CREATE TABLE IF NOT EXISTS notes (id INT)')
  await grantRuntime(ownerUrl, runtime.role, ['SELECT, INSERT ON notes'])
  return { ownerUrl, url, role: runtime.role }
}

test('the runtime role has exactly its granted privileges', async () => {
  const { url } = await open('narrow')
  await query(url, 'INSERT INTO notes VALUES (1)')
  assert.deepEqual(await query(url, 'SELECT id FROM notes'), [{ id: 1 }])
  for (const statement of [
    'DELETE FROM notes',
    'CREATE TABLE more (id INT)',
    'CREATE TEMP TABLE notes (id INT)',
    'CREATE SCHEMA more',
    'SET ROLE "narrow ""owner"""',
    'ALTER TABLE notes ADD COLUMN text TEXT',
  ]) {
    await assert.rejects(query(url, statement), REFUSED, statement)
  }
})

test('privileges that are no longer listed are revoked, also from PUBLIC', async () => {
  const { ownerUrl, url, role } = await open('narrower')
  await query(ownerUrl, 'GRANT ALL ON SCHEMA public TO PUBLIC')
  await query(ownerUrl, 'GRANT DELETE ON notes TO PUBLIC')
  await query(ownerUrl, `CREATE FUNCTION one() RETURNS INT LANGUAGE sql AS 'SELECT 1'`)
  await grantRuntime(ownerUrl, role, ['SELECT ON notes'])
  for (const statement of ['INSERT INTO notes VALUES (1)', 'DELETE FROM notes', 'SELECT one()', 'CREATE TABLE x ()']) {
    await assert.rejects(query(url, statement), REFUSED, statement)
  }
})

test('concurrent grants all succeed', async () => {
  const { ownerUrl, url, role } = await open('at_once')
  await Promise.all([1, 2, 3, 4].map(() => grantRuntime(ownerUrl, role, ['SELECT, INSERT ON notes'])))
  await query(url, 'INSERT INTO notes VALUES (1)')
})

test('the owner of the tables and its members are refused', async () => {
  const { ownerUrl, role } = await open('unsafe')
  const unsafe = { code: 'role_unsafe' }
  await assert.rejects(grantRuntime(ownerUrl, 'unsafe "owner"', ['SELECT ON notes']), unsafe)
  await assert.rejects(grantRuntime(ownerUrl, 'postgres', ['SELECT ON notes']), unsafe)
  await assert.rejects(grantRuntime(ownerUrl, 'not there', ['SELECT ON notes']), unsafe)
  await query(server.adminUrl, `GRANT "unsafe ""owner""" TO unsafe`)
  await assert.rejects(grantRuntime(ownerUrl, role, ['SELECT ON notes']), unsafe)
  await assert.rejects(provisionRuntime(server.adminUrl, rolesOf('unsafe').runtime), unsafe)
})

for (const administrator of ['a superuser', 'an administrator who is no superuser']) {
  test(`objects that the runtime role owned go to the owner: ${administrator}`, async () => {
    const isSuperuser = administrator === 'a superuser'
    const adminUrl = isSuperuser ? server.adminUrl : await operator()
    const database = isSuperuser ? 'earlier' : 'earlier_operated'
    const { runtime } = rolesOf(database)
    const earlier = await provision(adminUrl, runtime)
    await query(earlier, 'CREATE TABLE notes (id INT)')
    await query(earlier, 'INSERT INTO notes VALUES (7)')
    await query(earlier, `CREATE FUNCTION one() RETURNS INT LANGUAGE sql AS 'SELECT 1'`)
    for (let times = 0; times < 2; times += 1) {
      const { ownerUrl, url } = await open(database, adminUrl)
      assert.equal(url, earlier)
      assert.deepEqual(await query(url, 'SELECT id FROM notes'), [{ id: 7 }])
      for (const statement of ['DROP TABLE notes', 'DELETE FROM notes', 'DROP FUNCTION one', 'CREATE TABLE more ()']) {
        await assert.rejects(query(url, statement), REFUSED, statement)
      }
      await query(ownerUrl, 'ALTER TABLE notes ADD COLUMN IF NOT EXISTS text TEXT')
    }
    if (!isSuperuser) await assert.rejects(query(inDatabase(adminUrl, database), 'SELECT * FROM notes'), REFUSED)
  })
}

async function operator(): Promise<string> {
  await query(server.adminUrl, `CREATE ROLE operator LOGIN CREATEROLE CREATEDB PASSWORD 'operator'`)
  return Object.assign(new URL(server.adminUrl), { username: 'operator', password: 'operator' }).href
}

const inDatabase = (url: string, database: string) => Object.assign(new URL(url), { pathname: `/${database}` }).href

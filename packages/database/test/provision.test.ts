import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { type EmbeddedServer, provision, startEmbeddedServer } from '../src/index.js'
import { makeTemporaryFolder } from './temporary-folder.js'

const BANK = { database: 'the "bank"', role: 'bank-role', password: "it's p@ss/word:?#" }
const RETIREMENT = { database: 'retirement', role: 'retirement', password: 'another' }

let server: EmbeddedServer
let remove = async () => {}
let bankUrl = ''
let retirementUrl = ''

before(async () => {
  const folder = await makeTemporaryFolder()
  remove = folder.remove
  server = await startEmbeddedServer({ folder: folder.path })
  const urls = await Promise.all([BANK, BANK, RETIREMENT].map((service) => provision(server.adminUrl, service)))
  bankUrl = urls[0] ?? ''
  retirementUrl = urls[2] ?? ''
  assert.equal(urls[1], bankUrl)
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

function inDatabaseOf(url: string, other: string): string {
  const changed = new URL(url)
  changed.pathname = new URL(other).pathname
  return changed.href
}

test('a service uses its database with any characters in its name and password', async () => {
  await query(bankUrl, 'CREATE TABLE notes (id int)')
  const [row] = await query(bankUrl, 'SELECT current_user AS role, current_database() AS database')
  assert.deepEqual(row, { role: BANK.role, database: BANK.database })
})

test('provisioning again changes only the password', async () => {
  const url = await provision(server.adminUrl, { ...BANK, password: 'new' })
  assert.equal((await query(url, 'SELECT * FROM notes')).length, 0)
  await assert.rejects(query(bankUrl, 'SELECT 1'), { code: '28P01' })
  assert.equal(await provision(server.adminUrl, BANK), bankUrl)
})

test('no service can connect to the database of another', async () => {
  // 42501 insufficient_privilege
  await assert.rejects(query(inDatabaseOf(bankUrl, retirementUrl), 'SELECT 1'), { code: '42501' })
  await assert.rejects(query(inDatabaseOf(retirementUrl, bankUrl), 'SELECT 1'), { code: '42501' })
})

test('a service cannot create roles or databases', async () => {
  await assert.rejects(query(bankUrl, 'CREATE DATABASE more'), { code: '42501' })
  await assert.rejects(query(bankUrl, 'CREATE ROLE more'), { code: '42501' })
})

test('a role with special privileges is refused', async () => {
  await assert.rejects(provision(server.adminUrl, { ...BANK, role: 'postgres' }), { code: 'role_unsafe' })
  const client = await query(server.adminUrl, 'SELECT 1 AS still_in')
  assert.deepEqual(client, [{ still_in: 1 }])
})

test('an administrator without superuser privileges can provision repeatedly and does not stay a member', async () => {
  await query(server.adminUrl, `CREATE ROLE operator LOGIN CREATEROLE CREATEDB PASSWORD 'operator'`)
  const operator = new URL(server.adminUrl)
  operator.username = 'operator'
  operator.password = 'operator'
  const service = { database: 'operated', role: 'operated', password: 'operated' }
  await provision(operator.href, service)
  const url = await provision(operator.href, service)
  await query(url, 'CREATE TABLE notes (id int)')
  await assert.rejects(query(inDatabaseOf(operator.href, url), 'SELECT * FROM notes'), { code: '42501' })
  await assert.rejects(query(inDatabaseOf(bankUrl, url), 'SELECT 1'), { code: '42501' })
})

test('an administrator without privileges gets an error that names the action and no password', async () => {
  await assert.rejects(provision(bankUrl, { ...RETIREMENT, role: 'another', database: 'another' }), (error: Error) => {
    assert.match(error.message, /another/)
    assert.doesNotMatch(error.message, /SCRAM|p@ss/)
    return 'code' in error && error.code === 'provision_failed'
  })
})

test('a missing server is database_unreachable', async () => {
  await assert.rejects(provision('postgresql://nobody:secret@127.0.0.1:1/postgres', BANK), (error: Error) => {
    assert.doesNotMatch(error.message, /secret/)
    return 'code' in error && error.code === 'database_unreachable'
  })
})

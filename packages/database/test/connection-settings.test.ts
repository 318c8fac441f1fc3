// A connection is what its URL says, whatever other programs have exported.
import assert from 'node:assert/strict'
import { env } from 'node:process'
import { afterEach, beforeEach, test } from 'node:test'
import pg from 'pg'
import { connectionSettings } from '../src/connection-settings.js'

const EXPORTED = {
  PGSSLMODE: 'require',
  PGSSLNEGOTIATION: 'direct',
  PGOPTIONS: '-c search_path=nowhere',
  PGHOST: 'elsewhere.example',
  PGPORT: '6432',
  PGUSER: 'somebody',
  PGPASSWORD: 'something',
  PGDATABASE: 'another',
  PGCLIENTENCODING: 'LATIN1',
  PGCLIENT_ENCODING: 'LATIN1',
  PGREPLICATION: 'database',
  PGAPPNAME: 'another',
  PGPASSFILE: '/elsewhere',
}

beforeEach(() => {
  Object.assign(env, EXPORTED)
})
afterEach(() => {
  for (const name of Object.keys(EXPORTED)) Reflect.deleteProperty(env, name)
})

/** What node-postgres makes of it, which its types leave out. */
function parametersOf(url: string) {
  const client = new pg.Client(connectionSettings(url)) as pg.Client & {
    readonly connectionParameters: Readonly<Record<string, unknown>>
  }
  const { host, port, user, password, database, ssl, sslnegotiation, options, client_encoding } =
    client.connectionParameters
  const { replication, application_name: application } = client.connectionParameters
  assert.deepEqual([replication, application], [undefined, undefined])
  return { host, port, user, password, database, ssl, sslnegotiation, options, client_encoding }
}

const FIXED = { sslnegotiation: 'postgres', options: '-c TimeZone=UTC', client_encoding: 'UTF8' }

test('nothing that is exported changes what a URL says, or its defaults', () => {
  for (const [url, port] of [
    ['postgresql://role:pass%3Aword@db.example/bank', 5432],
    ['postgresql://role:pass%3Aword@db.example:5433/bank', 5433],
  ] as const) {
    const expected = { host: 'db.example', port, user: 'role', password: 'pass:word', database: 'bank', ssl: false }
    assert.deepEqual(parametersOf(url), { ...expected, ...FIXED })
  }
})

test('what a URL leaves out is not taken from what is exported', () => {
  const { user, password, host, database } = parametersOf('postgresql://role@db.example/bank')
  assert.deepEqual(
    { user, password, host, database },
    { user: 'role', password: null, host: 'db.example', database: 'bank' },
  )
  assert.ok(!('PGPASSFILE' in env))
})

test('a URL may ask for TLS', () => {
  const { ssl } = parametersOf('postgresql://role:password@db.example/bank?sslmode=verify-full')
  assert.deepEqual(ssl, {})
})

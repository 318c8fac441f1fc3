// The URL alone determines a connection, whatever variables the shell exports.
import assert from 'node:assert/strict'
import { env } from 'node:process'
import { afterEach, beforeEach, test } from 'node:test'
import pg from 'pg'
import { connectionSettings } from '../src/pool.js'

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

/** Properties of a node-postgres client that its types lack. */
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

test('exported variables change neither the URL’s settings nor its defaults', () => {
  for (const [url, port] of [
    ['postgresql://role:pass%3Aword@db.example/bank', 5432],
    ['postgresql://role:pass%3Aword@db.example:5433/bank', 5433],
  ] as const) {
    const expected = { host: 'db.example', port, user: 'role', password: 'pass:word', database: 'bank', ssl: false }
    assert.deepEqual(parametersOf(url), { ...expected, ...FIXED })
  }
})

test('exported variables do not complete an incomplete URL', () => {
  const { user, password, host, database } = parametersOf('postgresql://role@db.example/bank')
  assert.deepEqual(
    { user, password, host, database },
    { user: 'role', password: null, host: 'db.example', database: 'bank' },
  )
  assert.ok(!('PGPASSFILE' in env))
})

test('a URL may require TLS', () => {
  const { ssl } = parametersOf('postgresql://role:password@db.example/bank?sslmode=verify-full')
  assert.deepEqual(ssl, {})
})

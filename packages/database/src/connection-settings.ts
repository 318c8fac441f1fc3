import { env } from 'node:process'
import type { ClientConfig } from 'pg'

/**
 * Returns what a connection is made by: the URL alone. node-postgres takes what a URL leaves out from PGSSLMODE,
 * PGOPTIONS, PGPORT and the like, which other programs export. Some of them it takes even where a setting says otherwise, at
 * each connection, so they are removed from this process.
 */
export function connectionSettings(url: string) {
  for (const name of Object.keys(env)) if (/^PG[A-Z]/.test(name)) Reflect.deleteProperty(env, name)
  return {
    connectionString: withPort(url),
    // `sslmode` in the URL comes before these.
    ssl: false,
    sslnegotiation: 'postgres',
    client_encoding: 'UTF8',
    // The adapter writes times without an offset and reads them without looking at it: the session has to be in UTC,
    // or `now()` in SQL and a Date from here are hours apart.
    options: '-c TimeZone=UTC',
  } satisfies ClientConfig
}

function withPort(text: string): string {
  const url = new URL(text)
  // A URL without a host names its socket, and there its port, elsewhere.
  if (url.host === '' || url.port !== '' || url.searchParams.has('port')) return text
  url.port = '5432'
  return url.href
}

import { env } from 'node:process'
import type { ClientConfig } from 'pg'

/**
 * Returns the settings of a connection, from the URL alone. node-postgres also reads PGSSLMODE, PGOPTIONS, PGPORT and others,
 * which a shell may export. Some override explicit settings, so this removes them from the process's environment.
 */
export function connectionSettings(url: string) {
  for (const name of Object.keys(env)) if (/^PG[A-Z]/.test(name)) Reflect.deleteProperty(env, name)
  return {
    connectionString: withPort(url),
    // `sslmode` in the URL overrides these.
    ssl: false,
    sslnegotiation: 'postgres',
    client_encoding: 'UTF8',
    // The adapter writes and reads times without an offset, so the session must be in UTC. Otherwise `now()` in SQL and a Date
    // in JavaScript differ by hours.
    options: '-c TimeZone=UTC',
  } satisfies ClientConfig
}

function withPort(text: string): string {
  const url = new URL(text)
  // A URL without a host names a socket, and its port in the query.
  if (url.host === '' || url.port !== '' || url.searchParams.has('port')) return text
  url.port = '5432'
  return url.href
}

import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { runFolder } from './run.js'

const given = new Set<number>()

/**
 * Reserves a free port of 127.0.0.1. Each call in any process of a test run returns another port.
 *
 * The range is below the system's ports for outgoing connections, one of which could take it before the service listens, and
 * above the ports that browsers refuse (10080).
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_100 + Math.floor(Math.random() * 20_000)
    if (reserve(port) && (await isFree(port))) return port
  }
}

function reserve(port: number): boolean {
  if (given.has(port)) return false
  given.add(port)
  if (runFolder === undefined || !existsSync(runFolder)) return true
  try {
    mkdirSync(join(runFolder, `port-${port}`))
    return true
  } catch {
    return false
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  const free = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (!free) return false
  server.close()
  await once(server, 'close')
  return true
}

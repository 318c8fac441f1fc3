import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { runFolder } from './run.js'

const given = new Set<number>()

/**
 * Reserves a port of 127.0.0.1 on which no program listens, another one each time, in all processes of a test run.
 *
 * Below the ports that the system gives to outgoing connections: one of them could have it before the service listens.
 * Above those that browsers refuse (10080).
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

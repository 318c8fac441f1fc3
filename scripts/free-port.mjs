import { once } from 'node:events'
import { createServer } from 'node:net'

const given = new Set()

/**
 * A port of 127.0.0.1 on which nobody listens, another each time. Below those that the system gives to outgoing
 * connections: one of them could have it before the service listens. Above those that browsers refuse (10080).
 *
 * @returns {Promise<number>}
 */
export async function freePort() {
  const port = 10_100 + Math.floor(Math.random() * 20_000)
  if (given.has(port)) return freePort()
  given.add(port)
  const server = createServer().listen(port, '127.0.0.1')
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  )
  if (!isFree) return freePort()
  server.close()
  await once(server, 'close')
  return port
}

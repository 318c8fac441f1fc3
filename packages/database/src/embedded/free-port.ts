import { once } from 'node:events'
import { createServer } from 'node:net'
import { DatabaseStartError } from '../errors.js'

/** Returns `wanted` if it is free, else throws `port_taken`. With 0, returns any free port. Another program may still take it. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer()
  server.listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new DatabaseStartError(
      'port_taken',
      `Port ${wanted} of 127.0.0.1 is in use. PostgreSQL cannot listen there.`,
      { cause },
    )
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new TypeError('A TCP server has an address')
  return address.port
}

import { once } from 'node:events'
import { createServer } from 'node:net'
import { DatabaseStartError } from '../errors.js'

/** `wanted` if nobody listens there, else `port_taken`; with 0 any free port. Another program may still be faster. */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer()
  server.listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new DatabaseStartError(
      'port_taken',
      `Port ${wanted} of 127.0.0.1 is taken: PostgreSQL cannot listen there.`,
      { cause },
    )
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new TypeError('A TCP server has an address')
  return address.port
}

// A proxy that forwards every request and drops every response.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Service } from './services.js'

/** Starts a proxy for `service`. It closes each connection when the service does. */
export async function startLossyProxy({ name, port }: Service) {
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1')
    socket.pipe(onward).resume()
    for (const end of [socket, onward]) {
      open.add(end)
      end.on('error', () => {})
      end.on('close', () => {
        open.delete(end)
        ;(end === socket ? onward : socket).destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    name,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const end of open) end.destroy()
      server.close()
    },
  }
}

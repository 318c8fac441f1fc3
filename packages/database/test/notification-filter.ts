import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

const NOTIFICATION = 'A'.charCodeAt(0)

/** Drops the notifications out of what a PostgreSQL server sends: each message is a type, a length, and its content. */
function withoutNotifications(forward: (bytes: Buffer) => void): (bytes: Buffer) => void {
  let pending = Buffer.alloc(0)
  return (bytes) => {
    pending = Buffer.concat([pending, bytes])
    while (pending.length >= 5 && pending.length > pending.readUInt32BE(1)) {
      const end = 1 + pending.readUInt32BE(1)
      if (pending[0] !== NOTIFICATION) forward(pending.subarray(0, end))
      pending = pending.subarray(end)
    }
  }
}

export interface NotificationFilter {
  /** The URL of the database, by way of this filter. */
  readonly url: string
  /** Whether notifications are dropped from now on. */
  silence(silenced: boolean): void
  /** Cuts all connections. */
  cut(): void
  close(): Promise<void>
}

/** A proxy before PostgreSQL that delivers notifications or not: as a server does, or a transaction pooler. */
export async function startNotificationFilter(databaseUrl: string): Promise<NotificationFilter> {
  const sockets = new Set<Socket>()
  let silenced = false
  const target = new URL(databaseUrl)
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const filtered = withoutNotifications((bytes) => client.write(bytes))
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream)
    upstream.on('data', (bytes: Buffer) => (silenced ? filtered(bytes) : client.write(bytes)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    silence: (now) => {
      silenced = now
    },
    cut,
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

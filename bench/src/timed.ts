import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true })

export interface Timed {
  readonly port: number
  readonly host: string
  readonly path: string
  readonly cookie?: string
}

/**
 * Measures one request on a kept-alive connection, from sending it to the last byte of the response.
 *
 * @throws on any other status than 200: its time would mean nothing
 */
export function timed({ port, host, path, cookie }: Timed): Promise<{ ms: number; bytes: number }> {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    request({ agent, host: '127.0.0.1', port, path, headers: { host, ...(cookie ? { cookie } : {}) } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path} responded ${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
      })
      response.on('end', () => resolve({ ms: performance.now() - startedAt, bytes }))
    })
      .on('error', reject)
      .end()
  })
}

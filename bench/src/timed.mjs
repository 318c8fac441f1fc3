import { Agent, request } from 'node:http'

const agent = new Agent({ keepAlive: true })

/**
 * One request on a connection that stays open, from sending it to the last byte of the answer.
 *
 * @throws on any answer but 200: its time would mean nothing.
 */
export function timed({ port, host, path, cookie }) {
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    request({ agent, host: '127.0.0.1', port, path, headers: { host, ...(cookie ? { cookie } : {}) } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${path} was answered ${response.statusCode}`))
      let bytes = 0
      response.on('data', (chunk) => {
        bytes += chunk.length
      })
      response.on('end', () => resolve({ ms: performance.now() - startedAt, bytes }))
    })
      .on('error', reject)
      .end()
  })
}

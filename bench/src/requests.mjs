import { request } from 'node:http'

/** One request, without keep-alive unless an `agent` keeps connections. Node does not resolve `*.localhost`: it connects to 127.0.0.1 and names the host. */
export function ask({ port, path, method = 'GET', host, headers = {}, body, agent }) {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, agent, headers: { ...(host ? { host } : {}), ...headers } },
      async (response) => {
        const chunks = []
        for await (const chunk of response) chunks.push(chunk)
        const body = Buffer.concat(chunks)
        resolve({ status: response.statusCode, headers: response.headers, text: body.toString(), bytes: body.length })
      },
    )
    sent.on('error', reject).end(body)
  })
}

/** The cookies of an answer as a browser would send them back. */
export const cookiesOf = ({ headers }) =>
  (headers['set-cookie'] ?? [])
    .map((line) => line.split(';')[0])
    .filter((pair) => !pair.endsWith('='))
    .join('; ')

/** The cookie with one character of its first value changed, in the middle, where every bit counts. */
function changed(cookie) {
  const [pair, ...others] = cookie.split('; ')
  const at = pair.indexOf('=') + Math.floor((pair.length - pair.indexOf('=')) / 2)
  const other = pair[at] === 'A' ? 'B' : 'A'
  return [pair.slice(0, at) + other + pair.slice(at + 1), ...others].join('; ')
}

/** @throws unless this server answers the cookie's owner, and refuses without a cookie and with a changed one. */
export async function assertRefuses({ name, port, path, host, cookie }) {
  const answered = async (sent) => {
    const { status, text } = await ask({ port, path, host, headers: sent ? { cookie: sent } : {} })
    return status === 200 && text !== 'null'
  }
  if (!(await answered(cookie))) throw new Error(`${name} does not take its own cookie`)
  if (await answered(undefined)) throw new Error(`${name} answers without a cookie`)
  if (await answered(changed(cookie))) throw new Error(`${name} answers a changed cookie`)
}

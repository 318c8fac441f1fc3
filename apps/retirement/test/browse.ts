import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { system } from './shared-system.js'
import { BANK, RETIREMENT } from './support.js'

/** Cookies by name. `signet_refresh` and `signet_trips` are sent to the bank only. */
export type Jar = Map<string, string>

export interface Landing {
  readonly url: string
  readonly statusCode: number
  readonly body: string
  /** Number of redirects. */
  readonly redirects: number
}

const AT_BANK_ALONE = new Set(['signet_refresh', 'signet_trips'])

/** Opens a page of either app like a browser: with cookies, following every redirect. */
export async function browse(url: string, jar: Jar): Promise<Landing> {
  let next = url
  for (let redirects = 0; redirects < 20; redirects += 1) {
    const { statusCode, location, setCookies, body } = await open(new URL(next), jar)
    for (const set of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    if (location === undefined) return { url: next, statusCode, body, redirects }
    next = new URL(location, next).href
  }
  throw new Error(`too many redirects, the last to ${next}`)
}

async function open({ origin, host, pathname, search }: URL, jar: Jar) {
  const sent = [...jar].filter(([name]) => origin === BANK || !AT_BANK_ALONE.has(name))
  const headers = { host, accept: 'text/html', cookie: sent.map(([name, value]) => `${name}=${value}`).join('; ') }
  if (origin === RETIREMENT) {
    const { statusCode, headers: answered, body } = await system.app.inject({ url: pathname + search, headers })
    return { statusCode, body, location: answered.location, setCookies: [answered['set-cookie'] ?? []].flat() }
  }
  const sending = request({ host: '127.0.0.1', port: system.bank.port, path: pathname + search, headers }).end()
  const [response] = (await once(sending, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  const { location, 'set-cookie': setCookies = [] } = response.headers
  return { statusCode: response.statusCode ?? 0, body, location, setCookies }
}

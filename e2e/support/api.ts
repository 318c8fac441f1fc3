import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { BrowserContext } from '@playwright/test'

/** The bank shows it in a user's list of sessions. */
const USER_AGENT = 'Mozilla/5.0 (Signet end-to-end tests)'

/**
 * Sends a POST request with the cookies of the browser, and stores the cookies of the response in the browser.
 *
 * It follows no redirect. It throws for every other status than 2xx and 3xx.
 */
export async function postWithCookies(context: BrowserContext, address: string, body?: object): Promise<void> {
  const cookies = (await context.cookies(address)).map(({ name, value }) => `${name}=${value}`).join('; ')
  const setCookies = await post(address, body, cookies)
  for (const header of setCookies) await storeCookie(context, header, new URL(address))
}

/** Sends a POST request and returns the `Set-Cookie` headers of the response. Throws as {@link postWithCookies}. */
export async function post(address: string, body?: object, cookies = ''): Promise<readonly string[]> {
  const url = new URL(address)
  const json = body && JSON.stringify(body)
  const { response, text } = await send(
    url,
    {
      host: url.host,
      origin: url.origin,
      'user-agent': USER_AGENT,
      'content-length': String(Buffer.byteLength(json ?? '')),
      ...(json ? { 'content-type': 'application/json' } : {}),
      ...(cookies ? { cookie: cookies } : {}),
    },
    json,
  )
  if ((response.statusCode ?? 500) >= 400) throw new Error(`POST ${address}: ${response.statusCode} ${text}`)
  return response.headers['set-cookie'] ?? []
}

async function send(url: URL, headers: Record<string, string>, body = '') {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    // Browsers resolve `*.localhost` to this machine. Node uses the system's resolver, which may not know these names.
    const hostname = url.hostname.endsWith('.localhost') ? '127.0.0.1' : url.hostname
    const sent = request({ hostname, port: url.port, path: url.pathname, method: 'POST', headers }, resolve)
    sent.on('error', reject)
    sent.end(body)
  })
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  return { response, text: Buffer.concat(chunks).toString() }
}

async function storeCookie(context: BrowserContext, header: string, url: URL): Promise<void> {
  const [pair = '', ...attributes] = header.split(/;\s*/)
  const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? []
  const attribute = new Map(
    attributes.map((text) => {
      const [key = '', content = ''] = text.split('=')
      return [key.toLowerCase(), content]
    }),
  )
  const maxAgeSeconds = Number(attribute.get('max-age') ?? 0)
  if (maxAgeSeconds <= 0) {
    await context.clearCookies({ name })
    return
  }
  const domain = attribute.get('domain')
  await context.addCookies([
    {
      name,
      value,
      domain: domain === undefined ? url.hostname : `.${domain}`,
      path: attribute.get('path') ?? '/',
      expires: Math.floor(Date.now() / 1000) + maxAgeSeconds,
      httpOnly: attribute.has('httponly'),
      secure: attribute.has('secure'),
      sameSite: 'Lax',
    },
  ])
}

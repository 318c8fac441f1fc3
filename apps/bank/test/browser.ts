import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { cookiesOf, form, json, type TestBank } from './support.js'

/** A client with a cookie jar. */
export interface Browser {
  readonly jar: Map<string, string>
  /** @param body JSON, or the text of a form. */
  send(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    body?: object | string,
    headers?: object,
  ): Promise<LightMyRequestResponse>
  /** Another browser with a copy of these cookies. */
  copy(app?: TestBank['app']): Browser
}

export function openBrowser(app: TestBank['app'], jar = new Map<string, string>()): Browser {
  return {
    jar,
    send: async (method, url, body, headers = {}) => {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const type = body === undefined ? {} : typeof body === 'string' ? form : json
      const options: InjectOptions = { method, url, headers: { cookie, ...type, ...headers } }
      const payload = typeof body === 'object' ? JSON.stringify(body) : body
      const response = await app.inject(payload === undefined ? options : { ...options, payload })
      for (const line of cookiesOf(response)) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
        if (/; Max-Age=0;/.test(line)) jar.delete(name)
        else jar.set(name, value)
      }
      return response
    },
    copy: (other = app) => openBrowser(other, new Map(jar)),
  }
}

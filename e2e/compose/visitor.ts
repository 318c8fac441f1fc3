import type { Answer, AppName, FrontDoor } from './front-door.js'

/** A page that a visitor sees, and where. */
interface SeenPage extends Answer {
  readonly name: AppName
  readonly path: string
}

export type Visitor = ReturnType<typeof visitor>

/** Simulates a browser without JavaScript: cookies, redirects and forms. Both hosts share all cookies. */
export function visitor({ ask }: Pick<FrontDoor, 'ask'>) {
  const jar = new Map<string, string>()
  async function go(name: AppName, method: string, path: string, body?: URLSearchParams): Promise<SeenPage> {
    const cookie = [...jar].map(([key, value]) => `${key}=${value}`).join('; ')
    const answer = await ask(name, method, path, { body, headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /Max-Age=0/i.test(line)) jar.delete(key)
      else jar.set(key, value)
    }
    const { location } = answer.headers
    if (location === undefined || answer.status < 300 || answer.status >= 400) return { name, path, ...answer }
    const target = new URL(location, 'http://same')
    const next = target.hostname === 'same' ? name : (target.hostname.split('.')[0] as AppName)
    return go(next, 'GET', target.pathname + target.search)
  }
  return {
    visit: (name: AppName, path: string) => go(name, 'GET', path),
    submit: (name: AppName, path: string, fields: Readonly<Record<string, string>> = {}) =>
      go(name, 'POST', path, new URLSearchParams(fields)),
  }
}

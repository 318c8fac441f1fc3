import type { FastifyRequest } from 'fastify'

const MAX_USER_AGENT_LENGTH = 200

/** Returns the User-Agent and the address of a request, which identify a device to the user. */
export const deviceOfRequest = ({ headers, ip }: FastifyRequest): { userAgent: string; address: string } => ({
  userAgent: (headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT_LENGTH),
  address: ip,
})

/** Returns browser and system from a User-Agent, in words that users know. */
export function deviceOf(userAgent: string): string {
  const browser = /(Edg|OPR|Firefox|Chrome|Safari|curl)\//.exec(userAgent)?.[1] ?? 'Unknown device'
  const system = /(Windows|Macintosh|Android|iPhone|iPad|Linux)/.exec(userAgent)?.[1]
  const names: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', Macintosh: 'Mac' }
  return [browser, system].flatMap((word) => (word === undefined ? [] : [names[word] ?? word])).join(' on ')
}

import type { Identity } from '@signet/auth/verifier'
import { instanceName } from '@signet/service'
import { type Brand, brandNames } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import type { UnderTheHoodProps } from './panel.js'

/** How a request was authenticated, for the panel in the foot of its page. Never the token, and never a session's id. */
export function authenticationDetails(request: FastifyRequest, brand: Brand): UnderTheHoodProps {
  const { identity, authDurationMs, sessionLookup } = request
  return {
    service: brandNames[brand].full,
    instance: instanceName(brand),
    remembered: strategyText(request),
    asked: asked(request),
    authMs: authDurationMs,
    lookup: sessionLookup
      ? { where: sessionLookup.strategy === 'session' ? 'memory' : 'shared store', ms: sessionLookup.durationMs }
      : undefined,
    ...(identity ? aboutPerson(request, identity) : {}),
  }
}

const STRATEGIES: Readonly<Record<Identity['strategy'], string>> = {
  jwt: 'a signed token (jwt), which says who you are by itself',
  session: 'a session in this server’s memory (session); the cookie is its number',
  'shared-session': 'a session in the store that all servers share (shared-session); the cookie is its number',
}

function strategyText({ identity, authError, authDurationMs }: FastifyRequest): string {
  if (identity) return STRATEGIES[identity.strategy]
  if (authDurationMs === undefined) return 'nothing: this page does not look at who asks'
  if (!authError || authError.reason === 'token_missing') return 'nothing: no sign-in was sent'
  return `nothing: what was sent was refused (${authError.reason})`
}

function asked({ identity, sessionLookup, authFetched, authDurationMs }: FastifyRequest): string {
  if (authDurationMs === undefined) return 'nobody'
  if (authFetched === 'renewal')
    return 'the bank’s database: the token had expired, and was renewed for the form that you sent'
  const list = authFetched === 'status list' ? ', and for a list of ended sign-ins that it had not held yet' : ''
  if (sessionLookup?.strategy === 'shared-session') return `the shared store, once${list}`
  if (sessionLookup) return `its own memory, once: no other process could have answered${list}`
  if (list !== '') return 'nobody about you, but for a list of ended sign-ins that it had not held yet'
  return identity ? 'nobody: the signature was checked here, with a key that this process holds' : 'nobody'
}

function aboutPerson(request: FastifyRequest, identity: Identity): Partial<UnderTheHoodProps> {
  const at = new Date(identity.expiresAt)
  const token = identity.strategy === 'jwt'
  return {
    statusListSeconds: request.server.statusLists.ageSeconds(),
    ends: {
      what: token ? 'The token lives' : 'The session lives',
      at,
      leftSeconds: (at.getTime() - Date.now()) / 1000,
    },
    knows: {
      caption: token ? 'What the token says' : 'What the server keeps, and the cookie does not say',
      entries: entriesOf(identity.claims),
    },
  }
}

const entriesOf = (known: object): { name: string; value: string }[] =>
  Object.entries(known).map(([name, value]) => ({ name, value: textOf(name, value) }))

/** Claims that are moments (RFC 7519, NumericDate). */
const MOMENT = /^(iat|exp|auth_time)$/

function textOf(name: string, value: unknown): string {
  if (typeof value === 'number' && MOMENT.test(name)) {
    const at = new Date(value * 1000)
    if (!Number.isNaN(at.getTime())) return `${value}, ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
  }
  return typeof value === 'string' ? value : JSON.stringify(value)
}

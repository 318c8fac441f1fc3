import type { Identity } from '@signet/auth/verifier'
import { instanceName } from '@signet/service'
import { type Brand, brandNames } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import type { UnderTheHoodProps } from './panel.js'

/** Describes how a request was authenticated. The result never contains the token or a session id. */
export function authenticationDetails(request: FastifyRequest, brand: Brand): UnderTheHoodProps {
  const { identity, authDurationMs, sessionLookup } = request
  return {
    service: brandNames[brand].full,
    instance: instanceName(brand),
    method: methodOf(request),
    lookups: lookupsOf(request),
    authMs: authDurationMs,
    lookup: sessionLookup
      ? { where: sessionLookup.strategy === 'session' ? 'memory' : 'shared store', ms: sessionLookup.durationMs }
      : undefined,
    ...(identity ? aboutPerson(request, identity) : {}),
  }
}

const STRATEGIES: Readonly<Record<Identity['strategy'], string>> = {
  jwt: 'a signed token (jwt), which contains your identity',
  session: 'a session in this server’s memory (session); the cookie is its id',
  'shared-session': 'a session in the store that all servers share (shared-session); the cookie is its id',
}

function methodOf({ identity, authError, authDurationMs }: FastifyRequest): string {
  if (identity) return STRATEGIES[identity.strategy]
  if (authDurationMs === undefined) return 'none: this page needs no authentication'
  if (!authError || authError.reason === 'token_missing') return 'none: the browser sent no token and no session'
  return `none: the token or session was refused (${authError.reason})`
}

function lookupsOf({ identity, sessionLookup, authFetched, authDurationMs }: FastifyRequest): string {
  if (authDurationMs === undefined) return 'none'
  if (authFetched === 'renewal')
    return 'one in the bank’s database: the token had expired and was renewed for your form'
  const list = authFetched === 'status list' ? ', and one request to the bank for a status list' : ''
  if (sessionLookup?.strategy === 'shared-session') return `one in the shared store${list}`
  if (sessionLookup) return `one in this process’s memory; no other process has the session${list}`
  if (list !== '') return 'one request to the bank for a status list that this process did not have yet'
  return identity ? 'none: this process verified the signature with its own key' : 'none'
}

function aboutPerson(request: FastifyRequest, identity: Identity): Partial<UnderTheHoodProps> {
  const at = new Date(identity.expiresAt)
  const token = identity.strategy === 'jwt'
  return {
    signedInWith: signedInWith(identity.amr),
    statusListSeconds: request.server.statusLists.ageSeconds(),
    ends: {
      what: token ? 'Token expires in' : 'Session expires in',
      at,
      leftSeconds: (at.getTime() - request.receivedAtMs) / 1000,
    },
    knows: {
      caption: token ? 'Claims of the token' : 'Session data, kept by the server and not in the cookie',
      claims: identity.claims,
    },
  }
}

/** Names the authentication methods of RFC 8176 that the bank uses. */
function signedInWith(amr: readonly string[]): string {
  if (amr.includes('hwk')) return 'a passkey that stays on one device'
  if (amr.includes('swk')) return 'a passkey that a password manager keeps'
  return amr.includes('otp') ? 'a recovery code' : 'a password'
}

import type { Identity } from '@signet/auth/verifier'
import { instanceName } from '@signet/service'
import { type Brand, brandNames, DescriptionList } from '@signet/ui'
import type { FastifyRequest } from 'fastify'
import type { ComponentChildren, VNode } from 'preact'
import { claimText } from './token-lab/claims.js'

/** What authentication notes on a request. */
type Authenticated = Pick<
  FastifyRequest,
  'identity' | 'authError' | 'authDurationMs' | 'authFetched' | 'sessionLookup' | 'receivedAtMs'
>

interface Props {
  request: Authenticated
  brand: Brand
  /** Age of this process's status list; undefined without one. */
  statusListSeconds: number | undefined
}

/** Shows in the footer of every page how its request was authenticated. It never contains the token or a session id. */
export function UnderTheHood({ request, brand, statusListSeconds }: Props): VNode {
  const { identity, authDurationMs: authMs, sessionLookup: lookup, receivedAtMs } = request
  const end = identity ? new Date(identity.expiresAt) : undefined
  const isToken = identity?.strategy === 'jwt'
  const place = lookup?.strategy === 'session' ? 'memory' : 'shared store'
  const ofLookup = lookup ? `, ${lookup.durationMs} ms of it for the lookup in ${place}` : ''
  const processName = (
    <>
      {brandNames[brand].full}, process <code>{instanceName(brand)}</code>
    </>
  )
  const remaining = end && (
    <>
      {leftIn((end.getTime() - receivedAtMs) / 1000)}, until{' '}
      <time dateTime={end.toISOString()}>{end.toISOString().slice(11, 19)} UTC</time>
    </>
  )
  const rows: [term: string, value: ComponentChildren][] = [
    ['Authenticated by', methodOf(request)],
    ['You signed in with', identity && signedInWith(identity.amr)],
    ['Answered by', processName],
    ['Lookups', lookupsOf(request)],
    // As in `Server-Timing`: the panel refers to that header.
    ['Authentication time', authMs !== undefined && `${authMs} ms${ofLookup}`],
    ['Status list', identity && statusListSeconds !== undefined && `in memory, ${statusListSeconds.toFixed(1)} s old`],
    [isToken ? 'Token expires in' : 'Session expires in', remaining],
  ]
  return (
    <details class="hood">
      <summary class="wrap">Under the hood</summary>
      <div class="hood-body wrap">
        <p>How the server authenticated this request.</p>
        <DescriptionList items={rows.flatMap(([term, value]) => (value ? { term, value } : []))} />
        {identity && (
          <>
            <p class="hood-caption">
              {isToken ? 'Claims of the token' : 'Session data, kept by the server and not in the cookie'}
            </p>
            <DescriptionList
              items={Object.entries(identity.claims).map(([name, value]) => ({
                term: name,
                value: <code>{claimText(name, value, ', ')}</code>,
              }))}
            />
          </>
        )}
        {authMs !== undefined && (
          <p class="hood-note">
            These times are also in the <code>Server-Timing</code> response header. Your browser’s developer tools show
            them under Network, Timing.
          </p>
        )}
      </div>
    </details>
  )
}

const STRATEGIES: Readonly<Record<Identity['strategy'], string>> = {
  jwt: 'a signed token (jwt), which contains your identity',
  session: 'a session in this server’s memory (session); the cookie is its id',
  'shared-session': 'a session in the store that all servers share (shared-session); the cookie is its id',
}

function methodOf({ identity, authError, authDurationMs }: Authenticated): string {
  if (identity) return STRATEGIES[identity.strategy]
  if (authDurationMs === undefined) return 'none: this page needs no authentication'
  if (!authError || authError.reason === 'token_missing') return 'none: the browser sent no token and no session'
  return `none: the token or session was refused (${authError.reason})`
}

function lookupsOf({ identity, sessionLookup, authFetched, authDurationMs }: Authenticated): string {
  if (authDurationMs === undefined) return 'none'
  if (authFetched === 'renewal')
    return 'one in the bank’s database: the token had expired and was renewed for your form'
  const list = authFetched === 'status list' ? ', and one request to the bank for a status list' : ''
  if (sessionLookup?.strategy === 'shared-session') return `one in the shared store${list}`
  if (sessionLookup) return `one in this process’s memory; no other process has the session${list}`
  if (list !== '') return 'one request to the bank for a status list that this process did not have yet'
  return identity ? 'none: this process verified the signature with its own key' : 'none'
}

/** Names the authentication methods of RFC 8176 that the bank uses. */
function signedInWith(amr: readonly string[]): string {
  if (amr.includes('hwk')) return 'a passkey that stays on one device'
  if (amr.includes('swk')) return 'a passkey that a password manager keeps'
  return amr.includes('otp') ? 'a recovery code' : 'a password'
}

/** Formats a remaining time: `4 min 12 s`, `11 h 59 min`. */
function leftIn(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

import { DescriptionList } from '@signet/ui'
import type { VNode } from 'preact'
import { claimText } from '../token-lab/claims.js'

/** How the service authenticated a request. */
export interface UnderTheHoodProps {
  service: string
  /** The process that answered. */
  instance: string
  /** The strategy, in words. */
  method: string
  /** How the user proved who they are, in words; absent when no user is signed in. */
  signedInWith?: string | undefined
  /** Lookups and calls that authentication needed, in words. */
  lookups: string
  /** Authentication time in milliseconds; absent when the page needs no authentication. */
  authMs?: number | undefined
  /** The part of `authMs` that a session lookup took. */
  lookup?: { where: 'memory' | 'shared store'; ms: number } | undefined
  /** Age of this process's status list in seconds; absent when it was not needed. */
  statusListSeconds?: number | undefined
  /** Expiry of the token or session. */
  ends?: { what: string; at: Date; leftSeconds: number } | undefined
  /** Claims of the token, or session data. */
  knows?: { caption: string; claims: object } | undefined
}

/** Shows in the footer of every page how its request was authenticated. */
export function UnderTheHood(props: UnderTheHoodProps): VNode {
  const { service, instance, authMs, lookup, statusListSeconds, ends, knows } = props
  const end = ends?.at.toISOString()
  const rows = [
    { term: 'Authenticated by', value: props.method },
    { term: 'You signed in with', value: props.signedInWith },
    {
      term: 'Answered by',
      value: (
        <>
          {service}, process <code>{instance}</code>
        </>
      ),
    },
    { term: 'Lookups', value: props.lookups },
    // As in `Server-Timing`: the panel refers to that header.
    {
      term: 'Authentication time',
      value:
        authMs !== undefined &&
        `${authMs} ms${lookup ? `, ${lookup.ms} ms of it for the lookup in ${lookup.where}` : ''}`,
    },
    {
      term: 'Status list',
      value: statusListSeconds !== undefined && `in memory, ${statusListSeconds.toFixed(1)} s old`,
    },
    {
      term: ends?.what ?? '',
      value: ends && (
        <>
          {leftIn(ends.leftSeconds)}, until <time dateTime={end}>{end?.slice(11, 19)} UTC</time>
        </>
      ),
    },
  ]
  return (
    <details class="hood">
      <summary class="wrap">Under the hood</summary>
      <div class="hood-body wrap">
        <p>How the server authenticated this request.</p>
        <DescriptionList items={rows.filter(({ value }) => value)} />
        {knows && (
          <>
            <p class="hood-caption">{knows.caption}</p>
            <DescriptionList
              items={Object.entries(knows.claims).map(([name, value]) => ({
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

/** Formats a remaining time: `4 min 12 s`, `11 h 59 min`. */
function leftIn(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

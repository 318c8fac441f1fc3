import { DescriptionList } from '@signet/ui'
import type { VNode } from 'preact'

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
  knows?: { caption: string; entries: { name: string; value: string }[] } | undefined
}

/** Shows in the footer of every page how its request was authenticated. */
export function UnderTheHood(props: UnderTheHoodProps): VNode {
  const { authMs, lookup, statusListSeconds, ends, knows } = props
  return (
    <details class="hood">
      <summary>Under the hood</summary>
      <div class="hood-body">
        <p>How the server authenticated this request.</p>
        <DescriptionList
          items={[
            { term: 'Authenticated by', value: props.method },
            ...(props.signedInWith === undefined ? [] : [{ term: 'You signed in with', value: props.signedInWith }]),
            {
              term: 'Answered by',
              value: (
                <>
                  {props.service}, process <code>{props.instance}</code>
                </>
              ),
            },
            { term: 'Lookups', value: props.lookups },
            ...(authMs === undefined
              ? []
              : [{ term: 'Authentication time', value: <Durations authMs={authMs} lookup={lookup} /> }]),
            ...(statusListSeconds === undefined
              ? []
              : [
                  {
                    term: 'Status list',
                    value: `in memory, ${statusListSeconds.toFixed(1)} s old`,
                  },
                ]),
            ...(ends === undefined
              ? []
              : [
                  {
                    term: ends.what,
                    value: (
                      <>
                        {leftIn(ends.leftSeconds)}, until{' '}
                        <time dateTime={ends.at.toISOString()}>{ends.at.toISOString().slice(11, 19)} UTC</time>
                      </>
                    ),
                  },
                ]),
          ]}
        />
        {knows && (
          <>
            <p class="hood-caption">{knows.caption}</p>
            <dl class="hood-claims">
              {knows.entries.map(({ name, value }) => (
                <div key={name}>
                  <dt>
                    <code>{name}</code>
                  </dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
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

/** Formats times exactly as `Server-Timing` does: the panel refers to that header. */
function Durations({ authMs, lookup }: Pick<Required<UnderTheHoodProps>, 'lookup'> & { authMs: number }): VNode {
  if (lookup === undefined) return <>{`${authMs} ms`}</>
  return <>{`${authMs} ms, ${lookup.ms} ms of it for the lookup in ${lookup.where}`}</>
}

/** Formats a remaining time: `4 min 12 s`, `11 h 59 min`. */
function leftIn(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

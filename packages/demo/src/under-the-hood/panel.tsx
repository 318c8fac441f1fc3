import { DescriptionList } from '@signet/ui'
import type { VNode } from 'preact'

/** How a request was recognised, as the service that answered it says. */
export interface UnderTheHoodProps {
  service: string
  /** The process that answered. */
  instance: string
  /** How the person is remembered, in words. */
  remembered: string
  /** What had to be asked to recognise them, in words. */
  asked: string
  /** What recognising took, in ms; absent where the page does not look at who asks. */
  authMs?: number | undefined
  /** How much of that was the lookup of a session. */
  lookup?: { where: 'memory' | 'shared store'; ms: number } | undefined
  /** Age of the list of ended sign-ins that this process holds; absent where it was not needed. */
  statusListSeconds?: number | undefined
  /** When the token, or the session, ends, and what is left until then. */
  ends?: { what: string; at: Date; leftSeconds: number } | undefined
  /** What the token says, or what the server keeps in its place. */
  knows?: { caption: string; entries: { name: string; value: string }[] } | undefined
}

/** In the foot of every page: how this very request was recognised. */
export function UnderTheHood(props: UnderTheHoodProps): VNode {
  const { authMs, lookup, statusListSeconds, ends, knows } = props
  return (
    <details class="hood">
      <summary>Under the hood</summary>
      <div class="hood-body">
        <p>How this very request was recognised, before anything of the page was made.</p>
        <DescriptionList
          items={[
            { term: 'Remembered by', value: props.remembered },
            {
              term: 'Answered by',
              value: (
                <>
                  {props.service}, process <code>{props.instance}</code>
                </>
              ),
            },
            { term: 'Had to ask', value: props.asked },
            ...(authMs === undefined
              ? []
              : [{ term: 'Recognised in', value: <Durations authMs={authMs} lookup={lookup} /> }]),
            ...(statusListSeconds === undefined
              ? []
              : [
                  {
                    term: 'Ended sign-ins',
                    value: `known from a list in memory, ${statusListSeconds.toFixed(1)} s old`,
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
            The same numbers are in this answer’s <code>Server-Timing</code> header: your browser’s developer tools show
            them under Network, Timing.
          </p>
        )}
      </div>
    </details>
  )
}

/** The numbers are written as `Server-Timing` writes them, to the digit: the panel says that they are the same. */
function Durations({ authMs, lookup }: Pick<Required<UnderTheHoodProps>, 'lookup'> & { authMs: number }): VNode {
  if (lookup === undefined) return <>{`${authMs} ms`}</>
  return <>{`${authMs} ms, ${lookup.ms} ms of it the lookup in ${lookup.where}`}</>
}

/** `4 min 12 s`, `11 h 59 min`. */
function leftIn(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

import type { VNode } from 'preact'
import type { Part } from './change.js'
import { CLAIMS_EXPLAINED, type ClaimExplanation, HEADER_EXPLAINED } from './claims-explained.js'

interface ClaimProps {
  readonly claim: string
  readonly part: Part
  readonly value: unknown
  readonly explained: ClaimExplanation | undefined
}

/** Lists the members of header and payload with their values and explanations. */
export const ClaimsList = ({ header = {}, claims }: { header?: object; claims: object }): VNode => (
  <dl class="claims">
    {Object.entries(header).map(([claim, value]) => (
      <Claim key={`header-${claim}`} claim={claim} part="header" value={value} explained={HEADER_EXPLAINED[claim]} />
    ))}
    {Object.entries(claims).map(([claim, value]) => (
      <Claim key={claim} claim={claim} part="payload" value={value} explained={CLAIMS_EXPLAINED[claim]} />
    ))}
  </dl>
)

function Claim({ claim, part, value, explained }: ClaimProps): VNode {
  return (
    <div>
      <dt>
        <code class={`part-${part}`}>{claim}</code>
        {explained && <span class="muted small">{explained.name}</span>}
      </dt>
      <dd class="claim-value">{textOf(claim, value)}</dd>
      <dd>
        {explained === undefined ? (
          'The bank does not set this claim.'
        ) : (
          <>
            {explained.meaning}{' '}
            <span class="muted small">
              {explained.url === undefined ? explained.source : <a href={explained.url}>{explained.source}</a>}
            </span>
          </>
        )}
      </dd>
    </div>
  )
}

const TIMES = new Set(['iat', 'exp', 'auth_time'])

function textOf(claim: string, value: unknown): string {
  if (typeof value === 'number' && TIMES.has(claim)) {
    const at = new Date(value * 1000)
    if (!Number.isNaN(at.getTime())) return `${value}\n${at.toISOString().replace('T', ' ').slice(0, 19)} UTC`
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join('\n')
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
}

import type { VNode } from 'preact'

interface Explanation {
  /** Its name in the standard. */
  readonly name: string
  readonly meaning: string
  /** Where it is defined: `RFC 7519, 4.1.1` also gives the link. */
  readonly source: string
  readonly url?: string
}

const OURS = 'defined by Signet'

/** Explanations of the header's members and of the claims. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  alg: {
    name: 'Algorithm',
    meaning: 'The signature algorithm. A verifier requires the algorithm that belongs to the key.',
    source: 'RFC 7515, 4.1.1',
  },
  typ: {
    name: 'Type',
    meaning: 'The type of the token. at+jwt is an access token; lab+jwt authenticates no request.',
    source: 'RFC 9068, 2.1',
  },
  kid: {
    name: 'Key ID',
    meaning: 'The key that signed the token. It allows key rotation while older tokens are still valid.',
    source: 'RFC 7515, 4.1.4',
  },
  iss: {
    name: 'Issuer',
    meaning: 'The service that signed the token: the bank’s public origin. A verifier accepts no other.',
    source: 'RFC 7519, 4.1.1',
  },
  client_id: {
    name: 'Client Identifier',
    meaning: 'The application in which you signed in.',
    source: 'RFC 9068, 2.2',
  },
  aud: {
    name: 'Audience',
    meaning: 'The services that may accept the token. A service that is not listed refuses it.',
    source: 'RFC 7519, 4.1.3',
  },
  sub: {
    name: 'Subject',
    meaning: 'Your user id, which never changes. Retirement stores your plan under it.',
    source: 'RFC 7519, 4.1.2',
  },
  id: { name: 'User ID', meaning: 'The same value as sub, under the name that the APIs use.', source: OURS },
  username: { name: 'Username', meaning: 'Your username.', source: OURS },
  name: {
    name: 'Full name',
    meaning: 'The name that both apps show without a database query.',
    source: 'OpenID Connect Core, 5.1',
    url: 'https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims',
  },
  sid: {
    name: 'Session ID',
    meaning: 'The session of the token. Renewal keeps it; signing out revokes it.',
    source: 'OpenID Connect Front-Channel Logout, 3',
    url: 'https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout',
  },
  jti: { name: 'JWT ID', meaning: 'The unique id of this token.', source: 'RFC 7519, 4.1.7' },
  iat: {
    name: 'Issued At',
    meaning: 'When the token was signed. At most 10 seconds in the future.',
    source: 'RFC 7519, 4.1.6',
  },
  exp: {
    name: 'Expiration Time',
    meaning: 'The token is refused from this second on. The lifetime is short because a copied token works until then.',
    source: 'RFC 7519, 4.1.4',
  },
  auth_time: {
    name: 'Authentication Time',
    meaning: 'When you last proved who you are. Large transfers require a recent time.',
    source: 'RFC 9068, 2.2.1',
  },
  amr: {
    name: 'Authentication Methods References',
    meaning: 'How you authenticated: pwd is a password, hwk or swk with user a passkey, otp a recovery code.',
    source: 'RFC 8176, 2',
  },
  status: {
    name: 'Status',
    meaning: 'Where to check whether the session has been revoked: bit idx of the status list at uri.',
    source: 'Token Status List, 6.1',
    url: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/',
  },
}

/** Lists the members of header and payload with their values and explanations. */
export const ClaimsList = ({ header = {}, claims }: { header?: object; claims: object }): VNode => (
  <dl class="claims ruled">
    {Object.entries({ header, payload: claims }).flatMap(([part, members]) =>
      Object.entries(members).map(([claim, value]) => (
        <Claim key={`${part}-${claim}`} claim={claim} part={part} value={value} explained={EXPLANATIONS[claim]} />
      )),
    )}
  </dl>
)

interface ClaimProps {
  readonly claim: string
  readonly part: string
  readonly value: unknown
  readonly explained: Explanation | undefined
}

function Claim({ claim, part, value, explained }: ClaimProps): VNode {
  const { source, url } = explained ?? {}
  const [, rfc, section] = /^RFC (\d+), (.+)$/.exec(source ?? '') ?? []
  const href = rfc === undefined ? url : `https://www.rfc-editor.org/rfc/rfc${rfc}.html#section-${section}`
  return (
    <div>
      <dt>
        <code class={`part-${part}`}>{claim}</code>
        {explained && <span class="muted small">{explained.name}</span>}
      </dt>
      <dd class="claim-value">{claimText(claim, value, '\n')}</dd>
      <dd>
        {explained?.meaning ?? 'The bank does not set this claim.'}{' '}
        <span class="muted small">{href === undefined ? source : <a href={href}>{source}</a>}</span>
      </dd>
    </div>
  )
}

/** Claims that are a NumericDate (RFC 7519, section 2). */
const NUMERIC_DATES = new Set(['iat', 'exp', 'auth_time'])

/** Formats the value of a claim. A time is also shown as a date, after the separator. */
export function claimText(claim: string, value: unknown, separator: string): string {
  if (typeof value === 'number' && NUMERIC_DATES.has(claim)) {
    const at = new Date(value * 1000)
    if (!Number.isNaN(at.getTime())) return `${value}${separator}${at.toISOString().replace('T', ' ').slice(0, 19)} UTC`
  }
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(separator)
  return typeof value === 'string' ? value : JSON.stringify(value, null, 1)
}

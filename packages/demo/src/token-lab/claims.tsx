import type { VNode } from 'preact'

/** Names of the header's members and of the claims, and the standards that define them. */
const DEFINITIONS: Readonly<Record<string, { readonly name: string; readonly source: string }>> = {
  alg: { name: 'Algorithm', source: 'RFC 7515, 4.1.1' },
  typ: { name: 'Type', source: 'RFC 9068, 2.1' },
  kid: { name: 'Key ID', source: 'RFC 7515, 4.1.4' },
  iss: { name: 'Issuer', source: 'RFC 7519, 4.1.1' },
  client_id: { name: 'Client Identifier', source: 'RFC 9068, 2.2' },
  aud: { name: 'Audience', source: 'RFC 7519, 4.1.3' },
  sub: { name: 'Subject', source: 'RFC 7519, 4.1.2' },
  id: { name: 'User ID', source: 'defined by Signet' },
  username: { name: 'Username', source: 'defined by Signet' },
  name: { name: 'Full name', source: 'OpenID Connect Core, 5.1' },
  sid: { name: 'Session ID', source: 'OpenID Connect Front-Channel Logout, 3' },
  jti: { name: 'JWT ID', source: 'RFC 7519, 4.1.7' },
  iat: { name: 'Issued At', source: 'RFC 7519, 4.1.6' },
  exp: { name: 'Expiration Time', source: 'RFC 7519, 4.1.4' },
  auth_time: { name: 'Authentication Time', source: 'RFC 9068, 2.2.1' },
  amr: { name: 'Authentication Methods References', source: 'RFC 8176, 2' },
  status: { name: 'Status', source: 'Token Status List, 6.1' },
}

/** Standards that are no RFC. */
const URLS: Readonly<Record<string, string>> = {
  'OpenID Connect Core, 5.1': 'https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims',
  'OpenID Connect Front-Channel Logout, 3': 'https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout',
  'Token Status List, 6.1': 'https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/',
}

/** What the members mean in a token of Signet. */
const MEANINGS: Readonly<Record<string, string>> = {
  alg: 'The signature algorithm. A verifier requires the algorithm that belongs to the key.',
  typ: 'The type of the token. at+jwt is an access token; lab+jwt authenticates no request.',
  kid: 'The key that signed the token. It allows key rotation while older tokens are still valid.',
  iss: 'The service that signed the token: the bank’s public origin. A verifier accepts no other.',
  client_id: 'The application in which you signed in.',
  aud: 'The services that may accept the token. A service that is not listed refuses it.',
  sub: 'Your user id, which never changes. Retirement stores your plan under it.',
  id: 'The same value as sub, under the name that the APIs use.',
  username: 'Your username.',
  name: 'The name that both apps show without a database query.',
  sid: 'The session of the token. Renewal keeps it; signing out revokes it.',
  jti: 'The unique id of this token.',
  iat: 'When the token was signed. At most 10 seconds in the future.',
  exp: 'The token is refused from this second on. The lifetime is short because a copied token works until then.',
  auth_time: 'When you last proved who you are. Large transfers require a recent time.',
  amr: 'How you authenticated: pwd is a password, hwk or swk with user a passkey, otp a recovery code.',
  status: 'Where to check whether the session has been revoked: bit idx of the status list at uri.',
}

/** Lists the members of header and payload with their values and explanations. */
export const ClaimsList = ({ header = {}, claims }: { header?: object; claims: object }): VNode => (
  <dl class="claims ruled">
    {Object.entries({ header, payload: claims }).flatMap(([part, members]) =>
      Object.entries(members).map(([claim, value]) => <Claim key={`${part}-${claim}`} {...{ claim, part, value }} />),
    )}
  </dl>
)

function Claim({ claim, part, value }: { claim: string; part: string; value: unknown }): VNode {
  const isKnown = Object.hasOwn(DEFINITIONS, claim)
  const { name, source = '' } = (isKnown && DEFINITIONS[claim]) || {}
  const [, rfc, section] = /^RFC (\d+), (.+)$/.exec(source) ?? []
  const href = rfc === undefined ? URLS[source] : `https://www.rfc-editor.org/rfc/rfc${rfc}.html#section-${section}`
  return (
    <div>
      <dt>
        <code class={`part-${part}`}>{claim}</code>
        <span class="muted small">{name}</span>
      </dt>
      <dd class="claim-value">{claimText(claim, value, '\n')}</dd>
      <dd>
        {isKnown ? MEANINGS[claim] : 'The bank does not set this claim.'}{' '}
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

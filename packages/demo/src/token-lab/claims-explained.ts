export interface ClaimExplanation {
  /** Its name in the standard. */
  readonly name: string
  readonly meaning: string
  /** Where it is defined. */
  readonly source: string
  readonly url?: string
}

const JWT = 'https://www.rfc-editor.org/rfc/rfc7519.html#section-'
const ACCESS_TOKEN = 'https://www.rfc-editor.org/rfc/rfc9068.html#section-'
const JWS = 'https://www.rfc-editor.org/rfc/rfc7515.html#section-'
const ours = 'defined by Signet'

/** Explanations of the header's members. */
export const HEADER_EXPLAINED: Readonly<Record<string, ClaimExplanation>> = {
  alg: {
    name: 'Algorithm',
    meaning: 'The signature algorithm. A verifier requires the algorithm that belongs to the key.',
    source: 'RFC 7515, 4.1.1',
    url: `${JWS}4.1.1`,
  },
  typ: {
    name: 'Type',
    meaning: 'The type of the token. at+jwt is an access token; lab+jwt authenticates no request.',
    source: 'RFC 9068, 2.1',
    url: `${ACCESS_TOKEN}2.1`,
  },
  kid: {
    name: 'Key ID',
    meaning: 'The key that signed the token. It allows key rotation while older tokens are still valid.',
    source: 'RFC 7515, 4.1.4',
    url: `${JWS}4.1.4`,
  },
}

/** Explanations of the claims. */
export const CLAIMS_EXPLAINED: Readonly<Record<string, ClaimExplanation>> = {
  iss: {
    name: 'Issuer',
    meaning: 'The service that signed the token: the bank’s public origin. A verifier accepts no other.',
    source: 'RFC 7519, 4.1.1',
    url: `${JWT}4.1.1`,
  },
  client_id: {
    name: 'Client Identifier',
    meaning: 'The application in which you signed in.',
    source: 'RFC 9068, 2.2',
    url: `${ACCESS_TOKEN}2.2`,
  },
  aud: {
    name: 'Audience',
    meaning: 'The services that may accept the token. A service that is not listed refuses it.',
    source: 'RFC 7519, 4.1.3',
    url: `${JWT}4.1.3`,
  },
  sub: {
    name: 'Subject',
    meaning: 'Your user id, which never changes. Retirement stores your plan under it.',
    source: 'RFC 7519, 4.1.2',
    url: `${JWT}4.1.2`,
  },
  id: { name: 'User ID', meaning: 'The same value as sub, under the name that the APIs use.', source: ours },
  username: { name: 'Username', meaning: 'Your username.', source: ours },
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
  jti: {
    name: 'JWT ID',
    meaning: 'The unique id of this token.',
    source: 'RFC 7519, 4.1.7',
    url: `${JWT}4.1.7`,
  },
  iat: {
    name: 'Issued At',
    meaning: 'When the token was signed. At most 10 seconds in the future.',
    source: 'RFC 7519, 4.1.6',
    url: `${JWT}4.1.6`,
  },
  exp: {
    name: 'Expiration Time',
    meaning: 'The token is refused from this second on. The lifetime is short because a copied token works until then.',
    source: 'RFC 7519, 4.1.4',
    url: `${JWT}4.1.4`,
  },
  auth_time: {
    name: 'Authentication Time',
    meaning: 'When you last proved who you are. Large transfers require a recent time.',
    source: 'RFC 9068, 2.2.1',
    url: `${ACCESS_TOKEN}2.2.1`,
  },
  amr: {
    name: 'Authentication Methods References',
    meaning: 'How you authenticated: pwd is a password, hwk or swk with user a passkey, otp a recovery code.',
    source: 'RFC 8176, 2',
    url: 'https://www.rfc-editor.org/rfc/rfc8176.html#section-2',
  },
  status: {
    name: 'Status',
    meaning: 'Where to check whether the session has been revoked: bit idx of the status list at uri.',
    source: 'Token Status List, 6.1',
    url: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/',
  },
}

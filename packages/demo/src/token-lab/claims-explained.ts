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
const ours = 'Signet’s own'

/** What each member of the header is for. */
export const HEADER_EXPLAINED: Readonly<Record<string, ClaimExplanation>> = {
  alg: {
    name: 'Algorithm',
    meaning: 'How it is signed. A verifier compares it with what the key is for, and never obeys it.',
    source: 'RFC 7515, 4.1.1',
    url: `${JWS}4.1.1`,
  },
  typ: {
    name: 'Type',
    meaning: 'What kind of token this is. at+jwt signs a person in; this one is only to be looked at.',
    source: 'RFC 9068, 2.1',
    url: `${ACCESS_TOKEN}2.1`,
  },
  kid: {
    name: 'Key ID',
    meaning: 'Which key of the ring signed it, so that a key can be changed while tokens of the old one live.',
    source: 'RFC 7515, 4.1.4',
    url: `${JWS}4.1.4`,
  },
}

/** What each claim says, and to whom. */
export const CLAIMS_EXPLAINED: Readonly<Record<string, ClaimExplanation>> = {
  iss: {
    name: 'Issuer',
    meaning: 'Who made it: the bank’s public address. A verifier believes no other.',
    source: 'RFC 7519, 4.1.1',
    url: `${JWT}4.1.1`,
  },
  client_id: {
    name: 'Client Identifier',
    meaning: 'The application in which the password was typed.',
    source: 'RFC 9068, 2.2',
    url: `${ACCESS_TOKEN}2.2`,
  },
  aud: {
    name: 'Audience',
    meaning: 'Who may accept it. A service that does not find itself here refuses.',
    source: 'RFC 7519, 4.1.3',
    url: `${JWT}4.1.3`,
  },
  sub: {
    name: 'Subject',
    meaning: 'Whom it is about: an id that never changes. Retirement keeps your plan under it.',
    source: 'RFC 7519, 4.1.2',
    url: `${JWT}4.1.2`,
  },
  id: { name: 'User ID', meaning: 'The same as sub, under the name that the services’ own APIs use.', source: ours },
  username: { name: 'Username', meaning: 'What was typed to sign in, for showing it.', source: ours },
  name: {
    name: 'Full name',
    meaning: 'What both apps greet you with, without asking a database.',
    source: 'OpenID Connect Core, 5.1',
    url: 'https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims',
  },
  sid: {
    name: 'Session ID',
    meaning: 'The sign-in this belongs to: the same through every renewal. Signing out ends it.',
    source: 'OpenID Connect Front-Channel Logout, 3',
    url: 'https://openid.net/specs/openid-connect-frontchannel-1_0.html#OPLogout',
  },
  jti: {
    name: 'JWT ID',
    meaning: 'Its own number: no two tokens have the same.',
    source: 'RFC 7519, 4.1.7',
    url: `${JWT}4.1.7`,
  },
  iat: {
    name: 'Issued At',
    meaning: 'When it was signed. One from the future is refused.',
    source: 'RFC 7519, 4.1.6',
    url: `${JWT}4.1.6`,
  },
  exp: {
    name: 'Expiration Time',
    meaning: 'From this second on it is refused. Soon, because whoever copies it can use it until then.',
    source: 'RFC 7519, 4.1.4',
    url: `${JWT}4.1.4`,
  },
  auth_time: {
    name: 'Authentication Time',
    meaning: 'When the password was last typed. A large transfer wants that to be recent.',
    source: 'RFC 9068, 2.2.1',
    url: `${ACCESS_TOKEN}2.2.1`,
  },
  amr: {
    name: 'Authentication Methods References',
    meaning: 'How you proved who you are: pwd is a password.',
    source: 'RFC 8176, 2',
    url: 'https://www.rfc-editor.org/rfc/rfc8176.html#section-2',
  },
  status: {
    name: 'Status',
    meaning:
      'Where to see whether the sign-in was ended since: bit idx of the list at uri, which services renew each second.',
    source: 'Token Status List, 6.1',
    url: 'https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/',
  },
}

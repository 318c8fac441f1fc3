import { type Group, type Row, row } from '../group.js'
import { forger, type World } from '../world.js'

const C = 'token_claims_invalid'

/** Tokens with a genuine signature and wrong claims. */
export function claimVectors(world: World): Group[] {
  const category = 'claims'
  return [
    {
      category,
      name: 'genuine',
      reason: 'A verifier must accept what the issuer signs, else users cannot sign in.',
      section: 'RFC 9068, section 4',
      severity: 'high',
      rows: genuine(world),
    },
    {
      category,
      name: 'missing',
      reason: 'A request without a token is of no user. The response says which scheme is expected.',
      section: 'RFC 6750, section 3',
      severity: 'critical',
      rows: [{ sentence: 'no token', tokens: [], expected: 'token_missing', carriers: ['none'] }],
    },
    {
      category,
      name: 'typ',
      reason: 'Each kind of token is for one use. Another kind must not authenticate a request.',
      section: 'RFC 8725, section 3.11',
      severity: 'high',
      rows: typs(world),
    },
    {
      category,
      name: 'required',
      reason: 'Libraries accept a token without a claim, and then check nothing.',
      section: 'RFC 9068, section 2.2',
      severity: 'high',
      rows: Object.keys(world.claims).flatMap((name) => missing(world, name)),
    },
    {
      category,
      name: 'issuer-and-audience',
      reason: 'A token for another service, or of another issuer, must not be valid here.',
      section: 'RFC 8725, sections 3.8 and 3.9',
      severity: 'high',
      rows: origins(world),
    },
    {
      category,
      name: 'types',
      reason: 'A value of another type is read differently by different code.',
      section: 'RFC 7519, section 4.1',
      severity: 'medium',
      rows: types(world),
    },
    {
      category,
      name: 'status-reference',
      reason: 'A token that names no list of the issuer could never be revoked, and makes the verifier fetch a URL.',
      section: 'draft-ietf-oauth-status-list, section 6.2',
      severity: 'high',
      rows: statusReferences(world),
    },
  ]
}

function genuine(world: World): Row[] {
  const { good, claims } = forger(world)
  return [
    row('genuine', good, 'accepted'),
    row('genuine, with a claim more than needed', claims({ locale: 'en' }), 'accepted'),
    row('genuine, with letters of other scripts', claims({ name: 'Ādá 李 🦉' }), 'accepted'),
    row('genuine, with escapes that must be', claims({ name: 'A "quoted"\\name\n' }), 'accepted'),
    row('genuine, for more audiences', claims({ aud: ['https://other.example', ...world.claims.aud] }), 'accepted'),
    row('genuine, and re-authenticated with two methods', claims({ amr: ['pwd', 'otp'] }), 'accepted'),
  ]
}

function typs(world: World): Row[] {
  const { headed } = forger(world)
  const typ = (sentence: string, value: string) => row(sentence, headed({ typ: value }), C)
  return [
    typ('typ in capitals', 'AT+JWT'),
    typ('the long form of the typ', 'application/at+jwt'),
    typ('an empty typ', ''),
    typ('typ JWT: an ID token', 'JWT'),
    typ('typ deposit+jwt: a message between services', 'deposit+jwt'),
    typ("typ lab+jwt: the lab's kind", 'lab+jwt'),
    typ('typ statuslist+jwt: a status list', 'statuslist+jwt'),
    typ('typ session+jwt: the record of a session', 'session+jwt'),
  ]
}

function missing(world: World, name: string): Row[] {
  const { claims } = forger(world)
  return [row(`no ${name}`, claims({ [name]: undefined }), C), row(`${name} null`, claims({ [name]: null }), C)]
}

function origins(world: World): Row[] {
  const { claims } = forger(world)
  const { iss, aud } = world.claims
  const past = { iat: world.nowSeconds - 900, auth_time: world.nowSeconds - 900, exp: world.nowSeconds - 600 }
  return [
    row('another issuer', claims({ iss: 'https://evil.example' }), C),
    row('an issuer that only begins like ours', claims({ iss: `${iss}.evil.example` }), C),
    row('our issuer with a slash', claims({ iss: `${iss}/` }), C),
    row('our issuer in capitals', claims({ iss: iss.toUpperCase() }), C),
    row('iss as a list', claims({ iss: [iss] }), C),
    row('an audience of others', claims({ aud: ['https://other.example'] }), C),
    row('audiences that only begin like ours', claims({ aud: aud.map((one) => `${one}.evil.example`) }), C),
    row('audiences that ours begins with', claims({ aud: aud.map((one) => one.slice(0, -1)) }), C),
    row('an audience that is a string', claims({ aud: aud.at(-1) }), C),
    row('an empty audience', claims({ aud: [] }), C),
    row('an audience with a number in it', claims({ aud: [...aud, 1] }), C),
    row('an audience that is an object', claims({ aud: { 0: aud[0] } }), C),
    row('audiences in a list of lists', claims({ aud: [aud] }), C),
    row('another client', claims({ client_id: 'another' }), C),
    row('sub and id differ', claims({ sub: 'u-2' }), C),
    row('expired, and for another audience', claims({ ...past, aud: ['https://other.example'] }), C),
    row('expired, and of another issuer', claims({ ...past, iss: 'https://evil.example' }), C),
    row('expired, and without a claim', claims({ ...past, sid: undefined }), C),
    row('expired, and of another typ', typLab(world, past), C),
    row('nbf in the past', claims({ nbf: world.nowSeconds - 60 }), C),
    row('nbf in the future', claims({ nbf: world.nowSeconds + 3_600 }), C),
    row('nbf as text', claims({ nbf: 'soon' }), C),
    row('nbf beyond the calendar', claims({ nbf: 2 ** 53 }), C),
  ]
}

function typLab(world: World, change: object): string {
  const { forge, header } = forger(world)
  return forge({ ...world.claims, ...change }, { ...header, typ: 'lab+jwt' })
}

const TEXTS = ['sub', 'username', 'name', 'sid', 'jti', 'client_id'] as const
const TIMES = ['iat', 'exp', 'auth_time'] as const

function types(world: World): Row[] {
  const { claims, forge } = forger(world)
  const { exp } = world.claims
  /** `id` follows `sub`, so that only the type is wrong. */
  const text = (name: string, value: unknown) => claims({ [name]: value, ...(name === 'sub' ? { id: value } : {}) })
  return [
    row('an empty object', forge({}), C),
    ...TEXTS.flatMap((name) => [
      row(`${name} is a number`, text(name, 1), C),
      row(`${name} is empty`, text(name, ''), C),
      row(`${name} is an object`, text(name, { $ne: null }), C),
      row(`${name} has 257 characters`, text(name, 'x'.repeat(257)), C),
    ]),
    ...TIMES.flatMap((name) => [
      row(`${name} is text`, claims({ [name]: String(world.claims[name]) }), C),
      row(`${name} is true`, claims({ [name]: true }), C),
      row(`${name} is a list`, claims({ [name]: [world.claims[name]] }), C),
      row(`${name} is negative`, claims({ [name]: -1 }), C),
    ]),
    row('exp with a fraction', claims({ exp: exp - 0.5 }), C),
    row('exp is an object', claims({ exp: { valueOf: exp } }), C),
    row('an exp that no date has', claims({ exp: 2 ** 53 }), C),
    row('exp before the calendar', claims({ exp: -(2 ** 53) }), C),
    row('amr is empty', claims({ amr: [] }), C),
    row('amr is text', claims({ amr: 'pwd' }), C),
    row('amr with a number in it', claims({ amr: ['pwd', 1] }), C),
  ]
}

function statusReferences(world: World): Row[] {
  const { claims } = forger(world)
  const { idx, uri } = world.claims.status.status_list
  const list = (sentence: string, change: object) =>
    row(sentence, claims({ status: { status_list: { idx, uri, ...change } } }), C)
  return [
    row('a status without a list', claims({ status: {} }), C),
    row('a status that is text', claims({ status: uri }), C),
    list('a status index with a fraction', { idx: 0.5 }),
    list('a status index that is negative', { idx: -1 }),
    list('a status index beyond every list', { idx: 131_072 }),
    list('a status index that is text', { idx: String(idx) }),
    list('no status index', { idx: undefined }),
    list('no status list URI', { uri: undefined }),
    list('a status list of another issuer', { uri: 'https://evil.example/status-lists/0' }),
    list('a status list at a host that only begins like ours', {
      uri: `${world.claims.iss}.evil.example/status-lists/0`,
    }),
    list('a status list of user info that looks like ours', { uri: `${world.claims.iss}@evil.example/status-lists/0` }),
    list('a status list that is another path', { uri: `${world.claims.iss}/status-lists/../x` }),
    list('a status list with a query', { uri: `${uri}?x=1` }),
    list('a status list that is a file', { uri: 'file:///etc/passwd' }),
    list('a status list with a name', { uri: `${world.claims.iss}/status-lists/x` }),
  ]
}

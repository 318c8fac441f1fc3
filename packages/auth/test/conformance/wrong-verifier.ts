import { createHmac, createPublicKey, timingSafeEqual, verify as verifyBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inflateSync } from 'node:zlib'
import type { RingKey } from '../../src/keys/ring.js'

/** Mistakes that a verifier of this kind can make, each with the vectors that find it. */
export const FAULTS = {
  'accepts any algorithm that the token names': 'HS256/keys/algorithm',
  'accepts alg none': 'HS256/keys/algorithm',
  'uses the first key for an unknown kid': 'HS256/keys/kid',
  'uses the public key as a secret': 'EdDSA/keys/key-confusion',
  'ignores the signature': 'EdDSA/keys/signature',
  'ignores unknown header members': 'HS256/encodings/header',
  'accepts padding': 'HS256/encodings/base64url',
  'accepts other encodings of the last character': 'EdDSA/encodings/base64url',
  'accepts any JSON': 'HS256/encodings/json',
  'accepts any size': 'HS256/encodings/size',
  'accepts any typ': 'HS256/claims/typ',
  'ignores iss': 'HS256/claims/issuer',
  'ignores aud': 'HS256/claims/issuer',
  'ignores client_id': 'HS256/claims/issuer',
  'ignores missing claims': 'HS256/claims/required',
  'ignores the types of claims': 'HS256/claims/types',
  'ignores exp': 'HS256/clock-skew',
  'ignores the lifetime': 'HS256/clock-skew',
  'accepts iat in the future': 'HS256/clock-skew',
  'accepts nbf': 'HS256/claims/issuer',
  'takes the first of several cookies': 'HS256/cookies',
  'takes any accepted cookie': 'HS256/cookies',
  'tries every cookie': 'HS256/cookies',
  'prefers the cookie': 'HS256/cookies',
  'ignores the status list': 'HS256/status-lists/revocation',
  'accepts while the list cannot be fetched': 'HS256/status-lists/untrusted',
  'uses an old list forever': 'HS256/status-lists/age',
  'reads the bits from the other end': 'HS256/status-lists/revocation',
  'does not verify the list': 'EdDSA/status-lists/untrusted',
  'accepts a list of another URI': 'HS256/status-lists/untrusted',
  'fails at nonsense': 'HS256/encodings/json',
} as const
export type Fault = keyof typeof FAULTS

export interface VerifierSettings {
  readonly keys: readonly RingKey[]
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly cookieName: string
  readonly maxAgeSeconds: number
}

class Refused extends Error {}
const M = 'token_malformed'
const S = 'token_signature_invalid'
const C = 'token_claims_invalid'
const refuse = (code: string): never => {
  throw new Refused(code)
}

/** A second verifier, written from the documents alone, with faults that can be switched on. Returns its address. */
export async function startWrongVerifier(settings: VerifierSettings, ...faults: Fault[]) {
  const has = (fault: Fault) => faults.includes(fault)
  const { keys, issuer, audience, clientId, cookieName, maxAgeSeconds } = settings
  const lists = new Map<
    string,
    { token: string; etag: string; iat: number; fetchedAt: number; bits: Buffer; timer: NodeJS.Timeout }
  >()
  const now = () => Math.floor(Date.now() / 1_000)

  function parse(part: string) {
    const text = has('accepts padding') ? part.replaceAll('=', '') : part
    const bytes = Buffer.from(text, 'base64url')
    const canonical = bytes.toString('base64url') === text
    if (!canonical && !(has('accepts other encodings of the last character') && /^[\w-]+$/.test(text))) refuse(M)
    return bytes
  }
  function parseObject(part: string): Record<string, unknown> {
    const bytes = parse(part)
    const text = bytes.toString()
    try {
      const value = JSON.parse(text)
      const plain = JSON.stringify(value) === text && Buffer.from(text).equals(bytes)
      if (value && typeof value === 'object' && !Array.isArray(value) && (plain || has('accepts any JSON')))
        return value
    } catch {
      if (has('fails at nonsense')) throw new TypeError('not JSON')
    }
    return refuse(M)
  }
  function decode(token: string, maxBytes: number) {
    if (token.length > maxBytes && !has('accepts any size')) refuse(M)
    const parts = token.split('.')
    const [head = '', body = '', signature = ''] = parts
    if (parts.length !== 3 || (signature === '' && !has('accepts alg none'))) refuse(M)
    const { typ, alg, kid, ...others } = parseObject(head)
    if ([typ, alg, kid].some((one) => typeof one !== 'string')) refuse(M)
    if (Object.keys(others).length > 0 && !has('ignores unknown header members')) refuse(M)
    const payload = parseObject(body)
    const bytes = parse(signature)
    const found =
      keys.find((key) => key.kid === kid) ?? (has('uses the first key for an unknown kid') ? keys[0] : undefined)
    if (alg === 'none' && has('accepts alg none')) return { typ, payload }
    if (
      !found ||
      (found.alg !== alg &&
        !has('accepts any algorithm that the token names') &&
        !has('uses the public key as a secret'))
    )
      return refuse(S)
    if (!has('ignores the signature') && !isSigned(`${head}.${body}`, bytes, found, String(alg))) refuse(S)
    return { typ, payload }
  }
  function isSigned(input: string, signature: Buffer, { alg, verificationKey }: RingKey, named: string): boolean {
    if (alg === 'EdDSA' && !(has('uses the public key as a secret') && named === 'HS256'))
      return named === 'EdDSA' && verifyBytes(null, Buffer.from(input), createPublicKey(verificationKey), signature)
    const hash = { HS384: 'sha384', HS512: 'sha512' }[named] ?? 'sha256'
    const mac = createHmac(hash, verificationKey).update(input).digest()
    return mac.length === signature.length && timingSafeEqual(mac, signature)
  }
  function checkClaims({ typ, payload: p }: ReturnType<typeof decode>): {
    sid: string
    uri: string
    idx: number
    exp: number
    iat: number
  } {
    const text = (value: unknown) =>
      has('ignores the types of claims') || (typeof value === 'string' && value !== '' && value.length <= 256)
    const time = (value: unknown) =>
      has('ignores the types of claims') ||
      (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 253_402_300_799)
    const list = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(text)
    const { status_list: { idx, uri } = {} as Record<string, unknown> } = (p.status ?? {}) as {
      status_list?: Record<string, unknown>
    }
    const absent = (name: string) => !(name in p) && has('ignores missing claims')
    const all: [boolean, Fault?][] = [
      [typ === 'at+jwt', 'accepts any typ'],
      [p.iss === issuer || absent('iss'), 'ignores iss'],
      [(list(p.aud) && (p.aud as string[]).includes(audience)) || absent('aud'), 'ignores aud'],
      [p.client_id === clientId || absent('client_id'), 'ignores client_id'],
      ...['sub', 'id', 'username', 'name', 'sid', 'jti'].map((name): [boolean] => [text(p[name]) || absent(name)]),
      ...['iat', 'exp', 'auth_time'].map((name): [boolean] => [time(p[name]) || absent(name)]),
      [p.sub === p.id || absent('sub') || absent('id')],
      [list(p.amr) || absent('amr') || has('ignores the types of claims')],
      [Number(p.iat ?? 0) <= now() + 10, 'accepts iat in the future'],
      [!('nbf' in p), 'accepts nbf'],
      [Number(p.auth_time ?? 0) <= Number(p.iat ?? p.auth_time)],
      [Number(p.exp) > Number(p.iat) && Number(p.exp) - Number(p.iat) <= 360, 'ignores the lifetime'],
      [Number.isInteger(idx) && Number(idx) >= 0 && Number(idx) < 131_072 && typeof uri === 'string'],
      [
        typeof uri === 'string' &&
          uri.startsWith(`${issuer}/status-lists/`) &&
          /^(0|[1-9]\d{0,11})$/.test(uri.slice(issuer.length + 14)),
      ],
    ]
    if (all.some(([right, fault]) => !right && !(fault && has(fault)))) refuse(C)
    return { sid: String(p.sid), uri: String(uri), idx: Number(idx), exp: Number(p.exp), iat: Number(p.iat) }
  }
  async function refresh(uri: string) {
    const held = lists.get(uri)
    const response = await fetch(uri, { redirect: 'manual', headers: held ? { 'if-none-match': held.etag } : {} })
    if (response.status === 304 && held) held.fetchedAt = now()
    if (response.status === 304 && held) return
    const body = await response.text()
    if (response.status === 404 && /"code":"not_found"/.test(body)) refuse('token_revoked')
    if (response.status !== 200) throw new Error(String(response.status))
    const trusted = has('does not verify the list')
    const { typ, payload: p } = trusted
      ? { typ: '', payload: JSON.parse(Buffer.from(String(body.split('.')[1]), 'base64url').toString()) }
      : decode(body, 65_536)
    const { bits: width, lst } = p.status_list as { bits: number; lst: string }
    const right =
      typ === 'statuslist+jwt' &&
      p.iss === issuer &&
      (p.sub === uri || has('accepts a list of another URI')) &&
      width === 1 &&
      !('nbf' in p)
    const inTime = Number(p.iat) <= now() + 10 && Number(p.exp) > now() && Number(p.iat) >= (held?.iat ?? 0) - 40
    const bits = inflateSync(Buffer.from(lst, 'base64url'), { maxOutputLength: 16_384 })
    if (!trusted && !(right && inTime && bits.length === 16_384)) throw new Error('not a list')
    const timer = held?.timer ?? setInterval(() => refresh(uri).catch(() => {}), 250)
    lists.set(uri, {
      token: body,
      etag: response.headers.get('etag') ?? '',
      iat: Number(p.iat),
      fetchedAt: now(),
      bits,
      timer,
    })
  }
  async function checkStatus({ uri, idx }: { uri: string; idx: number }) {
    if (has('ignores the status list')) return
    try {
      if (!lists.has(uri)) await refresh(uri)
      const list = lists.get(uri)
      const tooOld = !list || now() - list.fetchedAt > maxAgeSeconds
      if (tooOld && !has('uses an old list forever')) refuse('unavailable')
      const mask = has('reads the bits from the other end') ? 0x80 >> (idx & 7) : 1 << (idx & 7)
      if (list && (Number(list.bits[idx >> 3]) & mask) !== 0) refuse('token_revoked')
    } catch (error) {
      if (error instanceof Refused && ['token_revoked', 'unavailable'].includes(error.message)) throw error
      if (!has('accepts while the list cannot be fetched')) refuse('unavailable')
    }
  }
  async function authenticate(token: string) {
    const claims = checkClaims(decode(token, 4_096))
    if (claims.exp <= now() && !has('ignores exp')) refuse('token_expired')
    await checkStatus(claims)
    return claims
  }
  async function byCookies(all: readonly string[]) {
    if (all.length === 0) refuse('token_missing')
    if (all.length === 1 || has('takes the first of several cookies')) return authenticate(String(all[0]))
    const tried = has('tries every cookie') ? all : all.slice(0, 4)
    const results = await Promise.allSettled([...new Set(tried)].map(authenticate))
    const accepted = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    const [first] = accepted
    const one = has('takes any accepted cookie') || accepted.every(({ sid }) => sid === first?.sid)
    return first && one ? first : refuse(M)
  }

  const server = createServer(async ({ headers: { cookie = '', authorization } }, reply) => {
    const cookies = cookie
      .split('; ')
      .filter((pair) => pair.startsWith(`${cookieName}=`))
      .map((pair) => pair.slice(cookieName.length + 1))
    const bearer =
      has('prefers the cookie') && cookies.length > 0 ? undefined : /^Bearer(?: |$)(.*)/.exec(authorization ?? '')?.[1]
    try {
      await (bearer === undefined ? byCookies(cookies) : authenticate(bearer))
      reply.end('{}')
    } catch (error) {
      const code = error instanceof Refused ? error.message : 'internal'
      const status = { internal: 500, unavailable: 503 }[code] ?? 401
      reply.writeHead(status, { 'www-authenticate': 'Bearer' }).end(JSON.stringify({ code }))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/me`,
    close: () => {
      for (const { timer } of lists.values()) clearInterval(timer)
      server.close()
      server.closeAllConnections()
    },
  }
}

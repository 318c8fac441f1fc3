import type { SigningKey } from '../src/keys/ring.js'
import { STATUS_LIST_TYP, STATUS_TOKEN_TTL_SECONDS } from '../src/revocation/status-token.js'
import { jws } from './jws.js'

/** One response of the issuer for a status list. */
export interface StatusListResponse {
  /** Time from which the issuer gives it, relative to the world. */
  readonly atSeconds: number
  readonly status: number
  readonly etag?: string
  readonly body?: string
}

/** Compressed once, because libraries compress to different bytes. */
export const COMPRESSED = {
  noneRevoked: 'eNrtwTEBAAAAwqD1T20MH6AAAAAAAAAAAAAAAAAAAACAtwFAAAAB',
  revoked3: 'eNrtwSEBAAAAAiCj_xc7wwI0AAAAAAAAAAAAAAAAAAAAwNsAQB4ACQ',
  revoked3And7: 'eNrtwSEBAAAAAiDnO9sZFqABAAAAAAAAAAAAAAAAAAAA3gZB_gCJ',
  twoBytes: 'eNrbuRgAAhcBXQ',
  fourLists:
    'eNrtwQEBAAAAgJD-r-4ICgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGoADwAB',
} as const

/** Signs a list for `uri` in which session 3 is revoked, with changed claims and header members. */
export function statusListToken(
  { key, nowSeconds, issuer, uri }: { key: SigningKey; nowSeconds: number; issuer: string; uri: string },
  change: object = {},
  headerChange: object = {},
  by: SigningKey = key,
): string {
  const claims = {
    iss: issuer,
    sub: uri,
    iat: nowSeconds,
    exp: nowSeconds + STATUS_TOKEN_TTL_SECONDS,
    ttl: 1,
    changed_at_ms: 0,
    status_list: { bits: 1, lst: COMPRESSED.revoked3 },
  }
  return jws({ ...claims, ...change }, { alg: key.alg, typ: STATUS_LIST_TYP, kid: key.kid, ...headerChange }, by)
}

/** The issuer's response for a list that it has dropped. */
export const DROPPED = {
  status: 404,
  body: '{"status":"error","error":"There is no such list.","code":"not_found"}',
}

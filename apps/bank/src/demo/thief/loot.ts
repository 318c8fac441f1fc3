import { type CookieDefinition, readCookie } from '@signet/auth/verifier'

/** What the thief has: copies of a made-up user's credentials, in a cookie of the visitor's own browser. */
export interface Loot {
  readonly token: string
  /** A token of the same session that lives one second. */
  readonly shortLived: string
  readonly refreshToken: string
  /** The secret id of the recording that the live wire shows. */
  readonly recordingId: string
  /** One letter per attempt whose outcome was seen. */
  readonly done: string
}

/** Far longer than the copies work. */
export const LOOT_TTL_SECONDS = 7_200

const TOKEN = String.raw`[\w-]+\.[\w-]+\.[\w-]+`
const LOOT = new RegExp(`^(${TOKEN})~(${TOKEN})~([\\w.:-]+)~([\\w-]{22})~([a-z]{0,16})$`)

export const formatLoot = ({ token, shortLived, refreshToken, recordingId, done }: Loot): string =>
  [token, shortLived, refreshToken, recordingId, done].join('~')

/** Reads the cookie. It proves nothing: every use of it goes through the services' own checks. */
export function readLoot(header: string | undefined, { name }: CookieDefinition): Loot | undefined {
  const [, token, shortLived, refreshToken, recordingId, done] = LOOT.exec(readCookie(header, name).value) ?? []
  return token && shortLived && refreshToken && recordingId && done !== undefined
    ? { token, shortLived, refreshToken, recordingId, done }
    : undefined
}

import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = <Content>(part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Content

/** Returns `count` different tokens of one session. `also` overrides claims. */
export const distinctTokens = (token: string, secretFile: string, count: number, also: object = {}): string[] =>
  tokensOf(
    token,
    secretFile,
    Array.from({ length: count }, () => also),
  )

/**
 * Returns a token for each set of claims, which override those of the bank's token. Each has its own `jti` and is signed with
 * the shared secret, so the bank could have issued it.
 */
export function tokensOf(token: string, secretFile: string, signIns: readonly object[]): string[] {
  const [header = '', payload = ''] = token.split('.')
  const { kid } = decode<{ kid: string }>(header)
  const entry = readFileSync(secretFile, 'utf8')
    .trim()
    .split(',')
    .find((each) => each.startsWith(`${kid}:`))
  if (!entry) throw new Error(`no secret in the file has the kid of the token`)
  const secret = entry.slice(kid.length + 1)
  const claims = decode<{ iat: number; exp: number }>(payload)
  const lifeSeconds = claims.exp - claims.iat
  const iat = Math.floor(Date.now() / 1000)
  return signIns.map((own, n) => {
    const jti = Buffer.from(`${process.hrtime.bigint()}.${n}`).toString('base64url')
    const signed = `${header}.${encode({ ...claims, ...own, jti, iat, exp: iat + lifeSeconds })}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  })
}

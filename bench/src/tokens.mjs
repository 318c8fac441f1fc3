import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString())

/** Many tokens of one sign-in, each another; `also` replaces claims. */
export const distinctTokens = (token, secretFile, count, also = {}) =>
  tokensOf(
    token,
    secretFile,
    Array.from({ length: count }, () => also),
  )

/**
 * A token for each of these sets of claims: they replace those of the bank's own token of this moment, and each token has a
 * `jti` of its own. Signed with the secret that both services hold: each is one that the bank could have issued.
 */
export function tokensOf(token, secretFile, signIns) {
  const [header, payload] = token.split('.')
  const { kid } = decode(header)
  const entry = readFileSync(secretFile, 'utf8')
    .trim()
    .split(',')
    .find((each) => each.startsWith(`${kid}:`))
  if (!entry) throw new Error(`no secret in the file has the kid of the token`)
  const secret = entry.slice(kid.length + 1)
  const claims = decode(payload)
  const lifeSeconds = claims.exp - claims.iat
  const iat = Math.floor(Date.now() / 1000)
  return signIns.map((own, n) => {
    const jti = Buffer.from(`${process.hrtime.bigint()}.${n}`).toString('base64url')
    const signed = `${header}.${encode({ ...claims, ...own, jti, iat, exp: iat + lifeSeconds })}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  })
}

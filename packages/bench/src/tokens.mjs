import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString())

/**
 * Many tokens of one sign-in, each another: the bank's own of this moment with a new `jti`, signed with the secret that
 * both services hold. Each is one that the bank could have issued; `also` replaces claims.
 */
export function distinctTokens(token, secretFile, count, also = {}) {
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
  return Array.from({ length: count }, (_, n) => {
    const jti = Buffer.from(`${process.hrtime.bigint()}.${n}`).toString('base64url')
    const signed = `${header}.${encode({ ...claims, ...also, jti, iat, exp: iat + lifeSeconds })}`
    return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
  })
}

import { defineCookie } from '@signet/auth/verifier'

export const cookieScope = { prefix: 'example', domain: 'example.localhost', secure: false }
/** What the issuer and every verifier agree on. */
export const common = {
  clientId: 'example-id',
  accessTokenTtlSeconds: 300,
  tokenCookie: defineCookie('token', cookieScope),
}

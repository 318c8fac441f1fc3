import { defineCookie } from '@signet/auth/verifier'

export const CLIENT_ID = 'example-id'
export const TOKEN_TTL_SECONDS = 300
export const tokenCookie = defineCookie('token', { prefix: 'example', domain: 'example.localhost', secure: false })

import { randomUUID } from 'node:crypto'
import { claimsOf, cookieOf, json, type TestBank, withClaims } from '../support.js'

export const userIdOf = (token: string): string => String(claimsOf(token).sub)

/** Gives a user a passkey without a ceremony. Returns its id. */
export async function addPasskey({ db }: TestBank, userId: string): Promise<string> {
  const id = randomUUID()
  const credentialId = Buffer.from(id).toString('base64url')
  await db.passkey.create({
    data: { id, userId, credentialId, publicKey: new Uint8Array(77), counter: 0, backedUp: false, name: 'Key' },
  })
  return id
}

/** The same token, as if the user had authenticated some seconds ago, with these methods. */
export const authenticated = (token: string, ageSeconds: number, amr: readonly string[] = ['pwd']): string =>
  withClaims(token, { auth_time: Math.floor(Date.now() / 1000) - ageSeconds, amr })

/** Calls the API with a token. */
export const call = (
  { app }: Pick<TestBank, 'app'>,
  token: string,
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: object,
) =>
  app.inject({
    method,
    url,
    headers: { ...cookieOf(token), ...(body ? json : {}) },
    ...(body ? { payload: JSON.stringify(body) } : {}),
  })

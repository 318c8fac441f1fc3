import { randomUUID } from 'node:crypto'
import { claimsOf, cookiesOfBrowser, json, type TestBank, withClaims } from '../support.js'

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

/** The same token, as if the user had authenticated some seconds ago, with these methods. Never after it was issued. */
export function authenticated(token: string, ageSeconds: number, amr: readonly string[] = ['pwd']): string {
  const authTimeSeconds = Math.floor(Date.now() / 1000) - ageSeconds
  return withClaims(token, { auth_time: Math.min(authTimeSeconds, Number(claimsOf(token).iat)), amr })
}

/** Calls the API as the browser that authenticated when and how the token says. */
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
    headers: { ...(token ? cookiesOfBrowser(token) : {}), ...(body ? json : {}) },
    ...(body ? { payload: JSON.stringify(body) } : {}),
  })

/** The hashes that passwords are compared with during some work; null for a user without one. */
export async function hashesComparedDuring({ app }: Pick<TestBank, 'app'>, work: () => Promise<unknown>) {
  const { passwords } = app
  const { verify } = passwords
  const compared: (string | null)[] = []
  Object.assign(passwords, {
    verify: (...given: Parameters<typeof verify>) => {
      compared.push(given[0])
      return verify(...given)
    },
  })
  try {
    await work()
  } finally {
    Object.assign(passwords, { verify })
  }
  return compared
}

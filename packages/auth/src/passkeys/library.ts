import { AuthError } from '../errors.js'

/** Loads the library at the first ceremony: it takes as long as the rest of a service's start. */
export const loadLibrary = () => import('@simplewebauthn/server')

/** The algorithms that the issuer accepts (IANA COSE): Ed25519, ECDSA with P-256, RSA. The same at every version of Node.js. */
export const ALGORITHMS = [-8, -7, -257]

/** Maps the library's errors, which have no codes, to `passkey_invalid`. Its sentence is only for the log. */
export async function refusing<Result>(verify: () => Promise<Result>): Promise<Result> {
  try {
    return await verify()
  } catch (error) {
    throw new AuthError('passkey_invalid', error instanceof Error ? error.message.slice(0, 200) : 'refused')
  }
}

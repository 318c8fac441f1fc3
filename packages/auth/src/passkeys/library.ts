import { AuthError } from '../errors.js'

/** Loads the library at the first ceremony: it takes as long as the rest of a service's start. */
export const loadLibrary = () => import('@simplewebauthn/server')

/** The algorithms that the issuer accepts (IANA COSE): Ed25519, ECDSA with P-256, RSA. The same at every version of Node.js. */
export const ALGORITHMS = [-8, -7, -257]

/** What the library's errors are about. Their sentences contain text of the client, which must not be in a log. */
const REASONS = ['origin', 'RP ID', 'not present', 'verification required', 'verification was required', 'alg', 'ackup']

/** Maps the library's errors, which have no codes, to `passkey_invalid`. */
export async function refusing<Result>(verify: () => Promise<Result>): Promise<Result> {
  try {
    return await verify()
  } catch (error) {
    if (error instanceof AuthError) throw error
    const reason = error instanceof Error && REASONS.find((word) => error.message.includes(word))
    throw new AuthError('passkey_invalid', reason ? `the library refused it: ${reason}` : 'the library refused it')
  }
}

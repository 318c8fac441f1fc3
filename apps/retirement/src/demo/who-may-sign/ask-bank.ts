import { fetchText } from '@signet/auth/verifier'
import { readMe } from '@signet/demo'
import { type CallContext, contextHeaders, ServiceError } from '@signet/service'

const TIMEOUT_MS = 2_000

/** The bank's response to a token. */
export interface BankVerdict {
  readonly genuine: boolean
  readonly code: string | null
  readonly sentence: string
}

/**
 * Sends a token to the bank's `GET /api/me`, which authenticates it like any request. Returns the verdict and the name.
 *
 * @throws {ServiceError} `unavailable` when the bank does not respond.
 */
export async function askBank(bankInternalUrl: string, token: string, context: CallContext): Promise<BankVerdict> {
  try {
    const { status, text } = await fetchText(new URL('/api/me', bankInternalUrl), {
      headers: { authorization: `Bearer ${token}`, ...contextHeaders(context) },
      timeoutMs: TIMEOUT_MS,
    })
    const { me, refusal } = readMe(text)
    if (me) return { genuine: true, code: null, sentence: `${me.instance} authenticated the request as ${me.name}.` }
    if (refusal) return { genuine: false, code: refusal.code, sentence: refusal.error }
    throw new Error(`the bank answered ${status}`)
  } catch (cause) {
    const sentence = 'The bank did not respond, so the token was not verified. Try again in a moment.'
    throw new ServiceError('unavailable', sentence, { cause })
  }
}

import { fetchText } from '@signet/auth/verifier'
import { type CallContext, contextHeaders, ServiceError } from '@signet/service'
import { Ajv } from 'ajv'
import Type, { type Static } from 'typebox'

const TIMEOUT_MS = 2_000

const Me = Type.Object({
  status: Type.Literal('ok'),
  data: Type.Object({ name: Type.String({ maxLength: 256 }), instance: Type.String({ maxLength: 128 }) }),
})
const Refusal = Type.Object({
  status: Type.Literal('error'),
  error: Type.String({ maxLength: 512 }),
  code: Type.String({ maxLength: 64 }),
})
const ajv = new Ajv({ validateSchema: false })
const isMe = ajv.compile<Static<typeof Me>>(Me)
const isRefusal = ajv.compile<Static<typeof Refusal>>(Refusal)

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
    const answer: unknown = JSON.parse(text)
    if (isMe(answer)) {
      return {
        genuine: true,
        code: null,
        sentence: `${answer.data.instance} authenticated the request as ${answer.data.name}.`,
      }
    }
    if (isRefusal(answer)) return { genuine: false, code: answer.code, sentence: answer.error }
    throw new Error(`the bank answered ${status}`)
  } catch (cause) {
    throw new ServiceError(
      'unavailable',
      'The bank did not respond, so the token was not verified. Try again in a moment.',
      {
        cause,
      },
    )
  }
}

import { fetchText } from '@signet/auth/verifier'
import { DEPOSIT_PATH, DEPOSIT_TYP, type DepositClaims } from '@signet/contracts'
import { type App, contextHeaders } from '@signet/service'
import { DELIVERY_TIMEOUT_MS, type Outcome, outcomeOf } from './rules.js'
import type { ClaimedDeposit } from './store.js'

/** Retirement's response has a few hundred bytes. The error page of a proxy may be longer. */
const MAX_ANSWER_BYTES = 65_536

export interface DeliverOptions {
  /** Retirement's public origin, the only audience of the message. */
  readonly retirementUrl: string
  /** Retirement's URL from this server. */
  readonly retirementInternalUrl: string
}

/**
 * Delivers one deposit to retirement. Repeating it is harmless: retirement credits each transfer id once. Never throws: a
 * missing response is an outcome.
 */
export async function deliver(
  app: App,
  { retirementUrl: audience, retirementInternalUrl }: DeliverOptions,
  deposit: ClaimedDeposit,
): Promise<Outcome> {
  const claims: DepositClaims = { amount: Number(deposit.amountMinor), currency: deposit.currency, memo: deposit.memo }
  const message = app.issueMessage({
    typ: DEPOSIT_TYP,
    audience,
    sub: deposit.userId,
    jti: deposit.transferId,
    claims,
  })
  try {
    const { status, text } = await fetchText(new URL(DEPOSIT_PATH, retirementInternalUrl), {
      method: 'POST',
      headers: { authorization: `Bearer ${message}`, ...contextHeaders(deposit) },
      timeoutMs: DELIVERY_TIMEOUT_MS,
      maxBytes: MAX_ANSWER_BYTES,
    })
    return outcomeOf(status, codeIn(text))
  } catch (error) {
    return { kind: 'unreachable', problem: `retirement cannot be reached (${reasonOf(error)})` }
  }
}

/** Returns the error code of a response, if it has one. Customers may see it. */
function codeIn(body: string): string | undefined {
  try {
    const { code } = JSON.parse(body) as { code?: unknown }
    return typeof code === 'string' && /^[a-z_]{1,64}$/.test(code) ? code : undefined
  } catch {
    return undefined
  }
}

/** Describes an error without addresses, because customers see it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no response'
  if (error.name === 'TimeoutError') return 'no response in time'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return code === 'ECONNREFUSED' ? 'connection refused' : 'connection lost'
}

import { fetchText } from '@signet/auth/verifier'
import { DEPOSIT_PATH, DEPOSIT_TYP, type DepositClaims } from '@signet/contracts'
import { type App, contextHeaders } from '@signet/service'
import { DELIVERY_TIMEOUT_MS, type Outcome, outcomeOf } from './rules.js'
import type { ClaimedDeposit } from './store.js'

/** An answer of retirement's is a few hundred bytes; the page of whoever refuses on the way may be longer. */
const MAX_ANSWER_BYTES = 65_536

export interface DeliverOptions {
  /** Retirement's public origin: the message is for it alone. */
  readonly retirementUrl: string
  /** Where it is reached from here. */
  readonly retirementInternalUrl: string
}

/**
 * Tells retirement of one deposit. Telling it twice does no harm: it counts each transfer's id once. Never throws: that
 * nobody answered is an outcome.
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

/** The code of a failure, where the answer has one: text of ours that can be shown. */
function codeIn(body: string): string | undefined {
  try {
    const { code } = JSON.parse(body) as { code?: unknown }
    return typeof code === 'string' && /^[a-z_]{1,64}$/.test(code) ? code : undefined
  } catch {
    return undefined
  }
}

/** A word, never an address: customers see it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return code === 'ECONNREFUSED' ? 'nobody listens' : 'the connection broke'
}

// One browser tab of one customer. It requests transfers, retries until it knows each outcome, and renews its token as the
// pages do. The customer signs in once, before the first kill.
import { setTimeout as wait } from 'node:timers/promises'
import { type ApiResponse, call, tokensIn } from '../processes/requests.js'
import type { ServiceProcess } from '../processes/services.js'
import type { Services } from './killer.js'
import type { Random, Range } from './seeded-random.js'

/** A request counts as lost after this time. Shorter than the token's lifetime, so a response arrives before the next renewal. */
const TIMEOUT_MS = 8_000
const LARGEST_AMOUNT = 4_000

/** A service refused a session that must still be active. */
class SignedOut extends Error {}
/** A request had no response when the run ended. */
class NoResponse extends Error {}

interface Account {
  readonly id: string
  readonly number: string
}

/** A customer. All tabs share `jar`, which has both tokens. */
export interface Customer {
  jar: { readonly token: string; readonly refresh: string }
  readonly id: string
  readonly accounts: readonly [checking: Account, savings: Account]
}

export interface Transfer {
  readonly from: string
  readonly to: string
  readonly amount: number
  readonly memo: string
}

type TransferResponse = ApiResponse<{ readonly id: string }>

/** A transfer request whose outcome is known. */
export interface TransferRequest {
  readonly who: Customer
  readonly key: string
  readonly body: Transfer
  readonly responses: readonly TransferResponse[]
}

interface ClientParts {
  readonly name: string
  readonly who: Customer
  /** Account numbers of other customers. */
  readonly strangers: readonly string[]
  readonly services: Services
  readonly random: Random
  /** Between two transfers. */
  readonly pauseMs: Range
  /** Counters that all clients share. */
  readonly tally: { retries: number; lost: number; repeated: number; renewals: number }
  readonly record: (transferRequest: TransferRequest) => void
}

interface PatientRequest {
  /** Returns when to stop retrying. */
  readonly giveUpAt: () => number
  readonly body?: Transfer
  readonly headers?: Readonly<Record<string, string>>
}

type PickProcess = () => ServiceProcess

export function createClient({ name, who, strangers, services, random, pauseMs, tally, record }: ClientParts) {
  let sent = 0

  /** Retries until a service responds with an outcome: a lost connection and a 503 leave it unknown. */
  async function requestUntilKnown<Data>(
    pick: PickProcess,
    method: string,
    path: string,
    { giveUpAt, ...request }: PatientRequest,
  ): Promise<ApiResponse<Data> & { lost: boolean }> {
    let lost = false
    for (;;) {
      if (performance.now() > giveUpAt()) throw new NoResponse(`${name}: ${method} ${path} got no response`)
      const response = await call<Data>(pick(), method, path, {
        ...request,
        token: who.jar.token,
        timeoutMs: TIMEOUT_MS,
      }).catch(() => undefined)
      if (response === undefined || response.status === 503) {
        tally.retries += 1
        lost ||= response === undefined
        await wait(random.between([30, 150]))
      } else if (response.status === 401 && response.body.code === 'token_expired') await renew(giveUpAt)
      else if (response.status === 401) throw new SignedOut(`${name}: ${path} responded 401 ${response.body.code}`)
      else return { ...response, lost }
    }
  }

  const anyBank: PickProcess = () => random.oneOf(services.banks)

  async function renew(giveUpAt: () => number): Promise<void> {
    while (performance.now() <= giveUpAt()) {
      const options = { refresh: who.jar.refresh, timeoutMs: TIMEOUT_MS }
      const response = await call(anyBank(), 'POST', '/api/token/refresh', options).catch(() => undefined)
      if (response?.status === 200) {
        const { token, refresh } = tokensIn(response)
        who.jar = { token: token.value, refresh: refresh.value }
        tally.renewals += 1
        return
      }
      if (response !== undefined && response.status !== 503)
        throw new SignedOut(`${name}: the renewal responded ${response.status} ${response.body.code}`)
      tally.retries += 1
      await wait(random.between([30, 150]))
    }
    throw new NoResponse(`${name}: the renewal got no response`)
  }

  function newTransferRequest(): Transfer {
    const [checking, savings] = who.accounts
    const [from, other] = random.chance(0.7) ? [checking, savings] : [savings, checking]
    const to = random.oneOf([other.id, random.oneOf(strangers), 'retirement', 'retirement'])
    sent += 1
    return { from: from.id, to, amount: random.whole(1, LARGEST_AMOUNT), memo: `${name} ${sent}` }
  }

  async function sendTransfer(body: Transfer, giveUpAt: () => number): Promise<void> {
    const key = `chaos ${body.memo}`
    const send = () =>
      requestUntilKnown<{ readonly id: string }>(anyBank, 'POST', '/api/transfers', {
        body,
        headers: { 'idempotency-key': key },
        giveUpAt,
      })
    // Some users click twice, or repeat a request that succeeded.
    const responses = random.chance(0.2) ? await Promise.all([send(), send()]) : [await send()]
    if (random.chance(0.2)) responses.push(await send())
    tally.repeated += responses.length - 1
    tally.lost += responses.filter(({ lost }) => lost).length
    record({ who, key, body, responses })
  }

  const myPages: readonly [PickProcess, string][] = [
    [anyBank, '/api/accounts'],
    [() => services.retirement, '/api/plan'],
  ]

  /** Requests each page once, without retries: transfers must continue whether retirement is up or not. */
  async function viewPages() {
    for (const [pick, path] of myPages) {
      const response = await call(pick(), 'GET', path, { token: who.jar.token, timeoutMs: TIMEOUT_MS }).catch(
        () => undefined,
      )
      if (response !== undefined) assertStatus(path, response, [200, 503])
    }
  }

  function assertStatus(path: string, { status, body }: ApiResponse, allowed: readonly number[]): void {
    if (allowed.includes(status) || (status === 401 && body.code === 'token_expired')) return
    throw new Error(`${name}: ${path} responded ${status} ${body.code}`)
  }

  return {
    /** Sends transfer requests until `isOver`, and finishes the pending one by `giveUpAt` at the latest. */
    async work(isOver: () => boolean, giveUpAt: () => number): Promise<void> {
      while (!isOver()) {
        await sendTransfer(newTransferRequest(), giveUpAt)
        if (random.chance(0.2)) await viewPages()
        await wait(random.between(pauseMs))
      }
    },
    /** Asserts that both services still authenticate the user. */
    async assertSignedIn(giveUpAt: () => number): Promise<void> {
      for (const [pick, path] of myPages)
        assertStatus(path, await requestUntilKnown(pick, 'GET', path, { giveUpAt }), [200])
    },
  }
}

// One tab of one customer: it orders transfers, asks again until it knows how each ended, and renews its token as the
// pages do. It signs in once, before anything is killed, and never again.
import { setTimeout as wait } from 'node:timers/promises'
import { call } from '../processes/requests.mjs'

/** Above it a request counts as lost. Below the token's life, so that an answer is never later than the next renewal. */
const TIMEOUT_MS = 8_000
const LARGEST_AMOUNT = 4_000

/** Somebody who signed in once was asked to do so again. */
class SignedOut extends Error {}
/** The run is over and there is still no answer. */
class NoAnswer extends Error {}

/**
 * @param who the customer, whose `jar` (both tokens) all tabs share; `strangers`: account numbers of others
 * @param services what is up or down at the moment: `banks`, `retirement`
 * @param tally what all clients count; `record` takes each order once its end is known
 */
export function createClient({ name, who, strangers, services, random, pauseMs, tally, record }) {
  let ordered = 0

  /** Asks until somebody answers who knows: a lost connection and a 503 say nothing. */
  async function ask(pick, method, path, { giveUpAt, ...request }) {
    let lost = false
    for (;;) {
      if (performance.now() > giveUpAt()) throw new NoAnswer(`${name}: ${method} ${path} was never answered`)
      const answer = await call(pick(), method, path, {
        ...request,
        token: who.jar.token,
        timeoutMs: TIMEOUT_MS,
      }).catch(() => undefined)
      if (answer === undefined || answer.status === 503) {
        tally.retries += 1
        lost ||= answer === undefined
        await wait(random.between(30, 150))
      } else if (answer.status === 401 && answer.body.code === 'token_expired') await renew(giveUpAt)
      else if (answer.status === 401) throw new SignedOut(`${name}: ${path} answered 401 ${answer.body.code}`)
      else return { ...answer, lost }
    }
  }

  const anyBank = () => random.oneOf(services.banks)

  async function renew(giveUpAt) {
    while (performance.now() <= giveUpAt()) {
      const options = { refresh: who.jar.refresh, timeoutMs: TIMEOUT_MS }
      const answer = await call(anyBank(), 'POST', '/api/token/refresh', options).catch(() => undefined)
      if (answer?.status === 200) {
        who.jar = { token: answer.cookies.signet_token.value, refresh: answer.cookies.signet_refresh.value }
        tally.renewals += 1
        return
      }
      if (answer !== undefined && answer.status !== 503)
        throw new SignedOut(`${name}: the renewal answered ${answer.status} ${answer.body.code}`)
      tally.retries += 1
      await wait(random.between(30, 150))
    }
    throw new NoAnswer(`${name}: the renewal was never answered`)
  }

  function newOrder() {
    const [from, other] = random.isBelow(0.7) ? who.accounts : [...who.accounts].reverse()
    const to = random.oneOf([other.id, random.oneOf(strangers), 'retirement', 'retirement'])
    ordered += 1
    return { from: from.id, to, amount: random.whole(1, LARGEST_AMOUNT), memo: `${name} ${ordered}` }
  }

  async function place(order, giveUpAt) {
    const key = `chaos ${order.memo}`
    const send = () =>
      ask(anyBank, 'POST', '/api/transfers', { body: order, headers: { 'idempotency-key': key }, giveUpAt })
    // Now and then somebody clicks twice, or asks again although all went well.
    const answers = random.isBelow(0.2) ? await Promise.all([send(), send()]) : [await send()]
    if (random.isBelow(0.2)) answers.push(await send())
    tally.repeated += answers.length - 1
    tally.lost += answers.filter(({ lost }) => lost).length
    record({ who, key, order, answers })
  }

  const myPages = [
    [anyBank, '/api/accounts'],
    [() => services.retirement, '/api/plan'],
  ]

  /** As a person looks at a page: one try each. Money must move on whether retirement is there or not. */
  async function glance() {
    for (const [pick, path] of myPages) {
      const answer = await call(pick(), 'GET', path, { token: who.jar.token, timeoutMs: TIMEOUT_MS }).catch(
        () => undefined,
      )
      if (answer !== undefined) judge(path, answer, [200, 503])
    }
  }

  function judge(path, { status, body }, allowed) {
    if (allowed.includes(status) || (status === 401 && body.code === 'token_expired')) return
    throw new Error(`${name}: ${path} answered ${status} ${body.code}`)
  }

  return {
    /** Until `isOver`; what is under way then is brought to its end, by `giveUpAt` at the latest. */
    async work(isOver, giveUpAt) {
      while (!isOver()) {
        await place(newOrder(), giveUpAt)
        if (random.isBelow(0.2)) await glance()
        await wait(random.between(...pauseMs))
      }
    },
    /** Both services still know who this is. */
    async look(giveUpAt) {
      for (const [pick, path] of myPages) judge(path, await ask(pick, 'GET', path, { giveUpAt }), [200])
    },
  }
}

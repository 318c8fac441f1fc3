import { request } from 'node:http'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { freePort } from '@signet/testing'
import pg from 'pg'
import type { SignOutRow } from '../report.js'
import { type Server, sendRequest } from '../requests.js'
import type { Services } from '../services.js'
import { median, percentile } from '../statistics.js'
import { tabsAfterSignOut } from './tabs.js'

const POLL_MS = 1

/** Times in ms from the response to a sign-out. */
interface Propagation {
  readonly bank: number
  readonly replica: number
  readonly retirement: number
  readonly stream: number
}

/**
 * Measures sign-out propagation: from the bank's response to a sign-out until each place refuses the session or notifies of
 * its end. The bank starts with notifications; then its trigger no longer sends any, as if all were lost.
 */
export async function benchSignOut({
  services,
  signOuts,
}: {
  readonly services: Services
  readonly signOuts: number
}): Promise<SignOutRow[]> {
  const port = await freePort()
  const process = await services.demo.services.bank.again({ PORT: String(port) })
  const replica = { ...services.bank, port }
  try {
    const measure = async (count: number) => {
      const measured: Propagation[] = []
      while (measured.length < count) measured.push(await signOut(services, replica))
      return measured
    }
    const pushed = await measure(signOuts)
    const tabs = await tabsAfterSignOut(services, Math.ceil(signOuts / 4))
    const lost = await withoutNotifications(services.demo.ownerUrls.bank, () => measure(Math.ceil(signOuts / 10)))
    const timesOf = (measured: readonly Propagation[], place: keyof Propagation) =>
      measured.map((times) => times[place])
    return [
      row('bank', 'bank process that revokes', timesOf(pushed, 'bank')),
      row('replica', 'another bank process', timesOf(pushed, 'replica')),
      row('retirement', 'retirement', timesOf(pushed, 'retirement')),
      row('tab', 'open tab of the same browser', tabs),
      row('stream', 'event stream at retirement', timesOf(pushed, 'stream')),
      row('lost', 'retirement, notifications lost', timesOf(lost, 'retirement')),
    ]
  } finally {
    await process.stop()
  }
}

const row = (key: SignOutRow['key'], label: string, times: readonly number[]): SignOutRow => ({
  key,
  label,
  signOuts: times.length,
  medianMs: median(times),
  p99Ms: percentile(times, 0.99),
})

async function signOut({ bank, retirement }: Services, replica: Server): Promise<Propagation> {
  const { username, password } = DEMO_USERS.ada
  const login = await sendRequest({
    ...bank,
    path: '/api/login',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  })
  const headers = { authorization: `Bearer ${(JSON.parse(login.text) as { data: string }).data}` }
  for (const service of [bank, replica, retirement]) {
    const { status } = await sendRequest({ ...service, path: '/api/me', headers })
    if (status !== 200) throw new Error(`${service.host} responded ${status} before the sign-out`)
  }
  const { arrival } = await streamEnd(retirement, headers)
  const { status } = await sendRequest({ ...bank, path: '/api/logout', method: 'POST', headers })
  const since = performance.now()
  if (status !== 200) throw new Error(`the bank responded ${status} to a sign-out`)
  const [atBank, atReplica, atRetirement, endedAt] = await Promise.all([
    untilRefused(bank, headers),
    untilRefused(replica, headers),
    untilRefused(retirement, headers),
    arrival,
  ])
  return {
    bank: atBank - since,
    replica: atReplica - since,
    retirement: atRetirement - since,
    stream: endedAt - since,
  }
}

/** Returns when the first request is refused. The next request is sent a millisecond after each response. */
async function untilRefused(server: Server, headers: Readonly<Record<string, string>>): Promise<number> {
  for (;;) {
    const { status } = await sendRequest({ ...server, path: '/api/me', headers })
    if (status === 401) return performance.now()
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Opens the event stream. Returns, once it is open, when its event arrives. */
function streamEnd({ port, host }: Server, headers: Readonly<Record<string, string>>) {
  return new Promise<{ readonly arrival: Promise<number> }>((opened, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port,
      path: '/api/session/events',
      headers: { ...headers, ...(host ? { host } : {}) },
    })
    sent.on('error', reject).on('response', (response) => {
      const arrival = new Promise<number>((resolve) => {
        response.setEncoding('utf8').on('data', (text: string) => {
          if (text.includes('event: ended')) resolve(performance.now())
        })
      })
      response.once('data', () => opened({ arrival }))
    })
    sent.end()
  })
}

/** Replaces the trigger function of the bank's database with one that does not notify. Puts the original back. */
async function withoutNotifications<Result>(ownerUrl: string, work: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client(ownerUrl)
  await client.connect()
  try {
    const { rows } = await client.query<{ definition: string }>(
      `SELECT pg_get_functiondef('stamp_session_end'::regproc) AS definition`,
    )
    const definition = rows[0]?.definition ?? ''
    const silent = definition.replace(/PERFORM pg_notify\([^)]*\);/, '')
    if (silent === definition) throw new Error('the trigger function does not notify')
    await client.query(silent)
    return await work().finally(() => client.query(definition))
  } finally {
    await client.end()
  }
}

// Clients that send requests without pause while processes are replaced, and a front with a fixed address.
import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { until } from '@signet/testing'
import { type ApiResponse, claimsOf, headerOf, me, renew, type Session } from './requests.js'
import type { Service } from './services.js'

type User = Pick<Session, 'token' | 'refresh'>

/** Pause between two rounds of one user. */
const PAUSE_MS = 200

/**
 * Runs several users until `end`. Each requests `/api/me` at every process in service, and renews about every second at
 * alternating banks. Records every failure.
 *
 * @param accessTokenSeconds lifetime of a token: longer than the slowest machine needs between two renewals
 */
export function startClients(
  processes: readonly Service[],
  { accessTokenSeconds }: { readonly accessTokenSeconds: number },
) {
  const serving = new Set(processes)
  const underWay = new Map<Service, number>()
  const failures: string[] = []
  const kids = new Set<string>()
  let requests = 0
  let working = true
  let people: readonly User[] = []

  async function ask(service: Service, what: string, request: (service: Service) => Promise<ApiResponse>) {
    underWay.set(service, (underWay.get(service) ?? 0) + 1)
    requests += 1
    try {
      const response = await request(service)
      if (response.status !== 200) failures.push(`${what} at ${service.name}: ${response.status} ${response.body.code}`)
      return response
    } catch (error) {
      failures.push(`${what} at ${service.name}: ${(error instanceof Error && error.cause) || error}`)
      return undefined
    } finally {
      underWay.set(service, (underWay.get(service) ?? 0) - 1)
    }
  }

  const banksInService = () => [...serving].filter(({ name }) => name === 'bank')
  const learn = (token: string) => kids.add(headerOf(token).kid)
  const isYoung = (token: string) => claimsOf(token).exp - Date.now() / 1000 >= accessTokenSeconds - 1

  async function work(person: User, round: number) {
    const banks = banksInService()
    const here = banks[round % banks.length]
    if (here !== undefined && !isYoung(person.token)) {
      const response = await ask(here, 'renewal', (service) => renew(service, person.refresh))
      const { signet_token: token, signet_refresh: refresh } = response?.cookies ?? {}
      if (token?.value && refresh?.value) Object.assign(person, { token: token.value, refresh: refresh.value })
      learn(person.token)
    }
    for (const service of [...serving]) {
      if (serving.has(service)) await ask(service, 'request', (at) => me(at, person.token))
    }
  }

  async function workOn(person: User, index: number) {
    for (let round = index; working; round += 1) {
      await work(person, round)
      await wait(PAUSE_MS)
    }
  }

  /** Takes a process out of service, waits for its pending requests and stops it, as a load balancer does. */
  async function takeOut(leaving: Service, between = () => {}) {
    serving.delete(leaving)
    await until(
      () => underWay.get(leaving) ?? 0,
      (count) => count === 0,
      { everyMilliseconds: 5, what: 'the end of its requests' },
    )
    between()
    await leaving.stop()
  }

  let atWork: Promise<unknown> | undefined
  return {
    failures,
    kids,
    /** Waits until every user's token is signed with this key. No other token is sent from then on. */
    untilAllHold: (kid: string) =>
      until(
        () => people.map(({ token }) => headerOf(token).kid),
        (held) => held.every((one) => one === kid),
        { what: `a token of every user that ${kid} signed` },
      ),
    /** Waits until every user has renewed once more. */
    untilAllRenewed: () => {
      const before = people.map(({ token }) => token)
      return until(
        () => people.map(({ token }) => token),
        (tokens) => tokens.every((token, index) => token !== before[index]),
        { what: 'one more renewal of every user' },
      )
    },
    requests: () => requests,
    begin: (those: readonly User[]) => {
      people = those
      for (const { token } of people) learn(token)
      atWork = Promise.all(people.map(workOn))
    },
    end: async () => {
      working = false
      await atWork
    },
    takeOut,
    /** Puts the new process into service once it is ready, then takes the old one out. */
    replace: async <Coming extends Service>(leaving: Service, coming: Coming, between?: () => void) => {
      // A new process holds no status list before its first request, and responds 503 until it does.
      const [person] = people
      await until(
        () => me(coming, person?.token),
        ({ status }) => status === 200,
        { what: 'the first response of a new process' },
      )
      await takeOut(leaving, between)
      serving.add(coming)
      return coming
    },
  }
}

/** Starts a proxy with a fixed address. `pointTo` selects the bank process behind it. */
export async function startFront() {
  let port: number | undefined
  const server = createServer((socket) => {
    const onward = connect(port ?? 0, '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const end of [socket, onward]) {
      end.on('error', () => {})
      end.on('close', () => (end === socket ? onward : socket).destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pointTo: (service: Service) => {
      port = service.port
    },
    close: () => server.close(),
  }
}

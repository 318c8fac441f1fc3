// People who never stop while processes are replaced under them, and the address that stays the same meanwhile.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { until } from '@signet/testing'
import { claimsOf, headerOf, me, renew } from './requests.mjs'

/** Between two rounds of one person. */
const PAUSE_MS = 200

/**
 * Several people who never stop: each asks every process that is in service who they are, and renews about every
 * second, now here, now there. Keeps whatever was not a success.
 *
 * @param accessTokenSeconds how long a token lives: longer than any machine needs from one renewal to the next
 */
export function startClients(processes, { accessTokenSeconds }) {
  const serving = new Set(processes)
  const underWay = new Map()
  const failures = []
  const kids = new Set()
  let requests = 0
  let working = true
  let people = []

  async function ask(service, what, request) {
    underWay.set(service, (underWay.get(service) ?? 0) + 1)
    requests += 1
    try {
      const answer = await request(service)
      if (answer.status !== 200) failures.push(`${what} at ${service.name}: ${answer.status} ${answer.body.code}`)
      return answer
    } catch (error) {
      failures.push(`${what} at ${service.name}: ${error.cause ?? error}`)
      return undefined
    } finally {
      underWay.set(service, underWay.get(service) - 1)
    }
  }

  const banksInService = () => [...serving].filter(({ name }) => name === 'bank')
  const learn = (token) => kids.add(headerOf(token).kid)
  const isYoung = (token) => claimsOf(token).exp - Date.now() / 1000 >= accessTokenSeconds - 1

  async function work(person, round) {
    const banks = banksInService()
    if (banks.length > 0 && !isYoung(person.token)) {
      const here = banks[round % banks.length]
      const answer = await ask(here, 'renewal', (service) => renew(service, person.refresh))
      const { signet_token: token, signet_refresh: refresh } = answer?.cookies ?? {}
      if (token?.value && refresh?.value) Object.assign(person, { token: token.value, refresh: refresh.value })
      learn(person.token)
    }
    for (const service of [...serving]) {
      if (serving.has(service)) await ask(service, 'request', (at) => me(at, person.token))
    }
  }

  async function workOn(person, index) {
    for (let round = index; working; round += 1) {
      await work(person, round)
      await wait(PAUSE_MS)
    }
  }

  /** Out of service first, and away once it has answered whatever was under way: as a load balancer does it. */
  async function takeOut(leaving, between = () => {}) {
    serving.delete(leaving)
    await until(
      () => underWay.get(leaving) ?? 0,
      (count) => count === 0,
      { everyMilliseconds: 5, what: 'the end of its requests' },
    )
    between()
    await leaving.stop()
  }

  let atWork
  return {
    failures,
    kids,
    /** Waits until nobody holds a token that another key signed: none is presented from then on. */
    untilAllHold: (kid) =>
      until(
        () => people.map(({ token }) => headerOf(token).kid),
        (held) => held.every((one) => one === kid),
        { what: `a token of everybody that ${kid} signed` },
      ),
    /** Waits until everybody has renewed once more. */
    untilAllRenewed: () => {
      const before = people.map(({ token }) => token)
      return until(
        () => people.map(({ token }) => token),
        (tokens) => tokens.every((token, index) => token !== before[index]),
        { what: 'one more renewal of everybody' },
      )
    },
    requests: () => requests,
    begin: (those) => {
      people = those
      for (const { token } of people) learn(token)
      atWork = Promise.all(people.map(workOn))
    },
    end: async () => {
      working = false
      await atWork
    },
    takeOut,
    /** The new process serves once it can; then the other is taken out. */
    replace: async (leaving, coming, between) => {
      // A process that has served nobody yet holds no list: it comes in when it can serve.
      const [person] = people
      await until(
        () => me(coming, person.token),
        ({ status }) => status === 200,
        { what: 'the first answer of a new process' },
      )
      await takeOut(leaving, between)
      serving.add(coming)
      return coming
    },
  }
}

/** A fixed address in front of whichever process is the bank now. */
export async function startFront() {
  let port
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1')
    socket.pipe(onward).pipe(socket)
    for (const end of [socket, onward]) {
      end.on('error', () => {})
      end.on('close', () => (end === socket ? onward : socket).destroy())
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    leadTo: (service) => {
      port = service.port
    },
    close: () => server.close(),
  }
}

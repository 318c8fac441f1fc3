// People who never stop while processes are replaced under them, and the address that stays the same meanwhile.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { claimsOf, headerOf, me, renew, until } from './requests.mjs'

/**
 * Several people who never stop: each asks every process that is in service who they are, and renews early, now here,
 * now there. Keeps whatever was not a success.
 */
export function startClients(processes, { renewWithSecondsLeft }) {
  const serving = new Set(processes)
  const underWay = new Map()
  const failures = []
  const kids = new Set()
  const latestExpiry = new Map()
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
  const learn = (token) => {
    const { kid } = headerOf(token)
    kids.add(kid)
    latestExpiry.set(kid, Math.max(latestExpiry.get(kid) ?? 0, claimsOf(token).exp))
  }

  async function work(person, round = 0) {
    const banks = banksInService()
    if (banks.length > 0 && claimsOf(person.token).exp - Date.now() / 1000 < renewWithSecondsLeft) {
      const here = banks[round % banks.length]
      const answer = await ask(here, 'renewal', (service) => renew(service, person.refresh))
      const { signet_token: token, signet_refresh: refresh } = answer?.cookies ?? {}
      if (token?.value && refresh?.value) Object.assign(person, { token: token.value, refresh: refresh.value })
      learn(person.token)
    }
    for (const service of [...serving]) {
      if (serving.has(service)) await ask(service, 'request', (at) => me(at, person.token))
    }
    await wait(150)
    if (working) await work(person, round + 1)
  }

  let atWork
  return {
    failures,
    kids,
    /** When the last token that was seen with this key ends, ms since 1970. */
    endOfTokens: (kid) => (latestExpiry.get(kid) ?? 0) * 1000,
    requests: () => requests,
    begin: (those) => {
      people = those
      for (const { token } of people) learn(token)
      atWork = Promise.all(people.map((person, index) => work(person, index)))
    },
    end: async () => {
      working = false
      await atWork
    },
    /** Out of service first, and away once it has answered whatever was under way: as a load balancer does it. */
    replace: async (leaving, coming, between = () => {}) => {
      // A process that has served nobody yet holds no list: it comes in when it can serve.
      const [person] = people
      await until(
        () => me(coming, person.token),
        ({ status }) => status === 200,
        { withinMs: 5_000, what: 'the first answer of a new process' },
      )
      serving.delete(leaving)
      await until(
        () => underWay.get(leaving) ?? 0,
        (count) => count === 0,
        { withinMs: 5_000, everyMs: 5, what: 'the end of its requests' },
      )
      between()
      await leaving.stop()
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

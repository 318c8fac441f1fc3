// Three replicas of each service behind one front door, as users and pages see them.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { SoftwareAuthenticator } from '@signet/testing'
import type { ServiceName } from '../processes/services.js'
import { docker } from './engine.js'
import { ADA, cookiesOf, frontDoor } from './front-door.js'
import { addressOf, install, oneReplica, PORT, PROJECT, replicas, scale, uninstall, up } from './installation.js'
import { startLoad } from './load.js'
import { type Visitor, visitor } from './visitor.js'

const door = frontDoor({ port: PORT })
const { ask, askReplica, me, signIn } = door

/** What the tests read of `docker inspect`. */
interface Container {
  readonly Name: string
  readonly Config: { readonly Image: string; readonly User: string }
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean
    readonly CapDrop: readonly string[]
    readonly SecurityOpt: readonly string[]
    readonly Privileged: boolean
  }
}

const SERVICES = ['bank', 'retirement'] as const

let upMs: number
before(async () => {
  upMs = await install(...scale(3))
})
after(uninstall)

test('up --wait returns when both services are ready', async (t) => {
  t.diagnostic(`three and three with images present: ${(upMs / 1000).toFixed(1)} s`)
  for (const name of SERVICES) assert.equal((await ask(name, 'GET', '/readyz')).status, 200)
})

test('every container of the image runs as a non-root user, read-only and without capabilities', async () => {
  const ids = (await docker('ps', '-aq', '--filter', `label=com.docker.compose.project=${PROJECT}`)).split('\n')
  const inspected: Container[] = JSON.parse(await docker('inspect', ...ids))
  const all = inspected.filter(({ Config: { Image } }) => Image === 'signet')
  assert.equal(all.length, 8, 'three, three and two jobs')
  for (const { Name, Config, HostConfig: host } of all)
    assert.deepEqual(
      [Config.User, host.ReadonlyRootfs, host.CapDrop, host.SecurityOpt, host.Privileged],
      ['node', true, ['ALL'], ['no-new-privileges:true'], false],
      Name,
    )
  const id = await oneReplica('bank')
  await assert.rejects(docker('exec', id, 'sh', '-c', 'echo x > /app/x'), /Read-only/)
  assert.match(await docker('exec', id, 'cat', '/proc/self/status'), /CapEff:\s+0{16}\n[\s\S]*NoNewPrivs:\s+1/)
})

test('retirement has neither the refresh token secret nor the bank’s database', async () => {
  const id = await oneReplica('retirement')
  const files = await docker('exec', id, 'ls', '-R', '/run/signet')
  assert.match(files, /jwt-secret/)
  assert.doesNotMatch(files, /refresh-token-secret|password/)
})

test('a hundred page views with one sign-in reach all replicas', async () => {
  const { cookie } = await signIn()
  const pages = new Map<string, number>()
  for (let view = 0; view < 100; view += 1) {
    const page = await ask(view % 2 === 0 ? 'bank' : 'retirement', 'GET', '/', { headers: { cookie } })
    assert.equal(page.status, 200, `view ${view}`)
    // From the page's "Under the hood" panel.
    const [, instance = assert.fail('no instance')] = /process <code>([^<]+)</.exec(page.text) ?? []
    pages.set(instance, (pages.get(instance) ?? 0) + 1)
  }
  assert.equal(pages.size, 6, [...pages.keys()].join(', '))
  for (const [instance, count] of pages) assert.ok(count >= 10 && count <= 24, `${instance} has ${count} of 50`)
})

test('a memory session is accepted by one replica, a shared session and a token by all', async () => {
  for (const [strategy, known] of [
    ['session', 4],
    ['shared-session', 12],
    ['jwt', 12],
  ] as const) {
    const { cookie } = await signIn(strategy)
    const statuses: number[] = []
    for (let times = 0; times < 12; times += 1) statuses.push((await me('bank', { cookie })).status)
    assert.equal(statuses.filter((status) => status === 200).length, known, `${strategy}: ${statuses}`)
  }
})

test('a passkey signs in whichever replica made the challenge and whichever verifies the response', async () => {
  const origin = `http://bank.signet.localhost:${PORT}`
  const authenticator = new SoftwareAuthenticator({ origin, rpId: 'signet.localhost' })
  const { cookie } = await door.signUp()
  const options = await ask<Parameters<SoftwareAuthenticator['create']>[0]>('bank', 'POST', '/api/passkeys/options', {
    headers: { cookie },
  })
  const added = await ask('bank', 'POST', '/api/passkeys', {
    headers: { cookie: `${cookie}; ${cookiesOf(options)}` },
    body: { name: 'Phone', credential: authenticator.create(options.body.data) },
  })
  assert.equal(added.status, 201)
  const instances = new Set<string>()
  for (let times = 0; times < 6; times += 1) {
    const begun = await ask<Parameters<SoftwareAuthenticator['get']>[0]>('bank', 'POST', '/api/login/passkey/options')
    const headers = { cookie: cookiesOf(begun) }
    const body = { credential: authenticator.get(begun.body.data) }
    const signedIn = await ask('bank', 'POST', '/api/login/passkey', { headers, body })
    assert.equal(signedIn.status, 200)
    for (const name of SERVICES) {
      const answer = await me(name, { cookie: cookiesOf(signedIn) })
      assert.equal(answer.status, 200)
      instances.add(answer.body.data.instance)
    }
    const replayed = await ask('bank', 'POST', '/api/login/passkey', { headers, body })
    assert.deepEqual([replayed.status, replayed.body.code], [401, 'passkey_invalid'])
  }
  assert.ok(instances.size >= 4, [...instances].join(', '))
})

/** Returns the cells of a table row as text. */
function cells(html: string, heading: string): string[] {
  const row = html.split('<tr').find((text) => text.includes(`>${heading}<`)) ?? assert.fail(`no row ${heading}`)
  return [...row.matchAll(/<td.*?<\/td>/gs)].map(([cell]) => cell.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' '))
}

test('/compare shows the replicas of its requests, and which of them authenticated the user', async () => {
  const page = await visitor(door).submit('bank', '/compare')
  assert.equal(page.status, 200)
  for (const [name, session, everyReplica] of [
    ['Signet Bank', { known: 2, replicas: 1 }, { known: 6, replicas: 3 }],
    ['Signet Retirement', { known: 0, replicas: 0 }, { known: 6, replicas: 3 }],
  ] as const) {
    const seen = cells(page.text, name).map((cell) => ({
      known: Number(/(\d) of 6 accepted/.exec(cell)?.[1]),
      replicas: cell.match(/by \w+-/g)?.length ?? 0,
    }))
    assert.deepEqual(seen, [session, everyReplica, everyReplica], name)
  }
})

test('the tour names the replicas of each step, and explains when a memory session reached another replica', async () => {
  const bankUrl = `http://bank.signet.localhost:${PORT}`
  const signInBy = (person: Visitor, strategy: string) =>
    person.submit('bank', '/sign-in', { ...ADA, strategy, return_to: `${bankUrl}/` })
  /** Returns a step's page once it lists this many processes. Each records its event after its response. */
  const answered = async (person: Visitor, step: number, atLeast: number) => {
    for (const since = performance.now(); ; await wait(100)) {
      const { text } = await person.visit('bank', `/tour/${step}`)
      const [, list] = /aria-label="Which processes answered">(.*?)<\/ul>/s.exec(text) ?? []
      const instances = list?.match(/<code>[^<]+/g) ?? []
      if (instances.length >= atLeast || performance.now() - since > 5_000) return { instances, text }
    }
  }
  /** Begins tours until the page after the sign-in is another replica's: the front door chooses both. */
  const visitorWithLostSession = async () => {
    for (let tours = 0; tours < 20; tours += 1) {
      const person = visitor(door)
      await person.submit('bank', '/tour/begin')
      await signInBy(person, 'jwt')
      const landed = await signInBy(person, 'session')
      if (/<h1[^>]*>Sign in/.test(landed.text)) return person
    }
    return assert.fail('every memory session was found')
  }
  const person = await visitorWithLostSession()
  assert.ok((await answered(person, 1, 1)).instances.length >= 1)
  const { instances, text } = await answered(person, 3, 2)
  assert.equal(instances.length, 2)
  assert.match(text, /another replica of the bank, which does not have the session/)
  await signInBy(person, 'shared-session')
  await person.visit('retirement', '/')
  const shared = await answered(person, 5, 2)
  assert.ok(shared.instances.length >= 2, 'one of the bank, one of retirement')
})

interface Replica {
  readonly name: ServiceName
  readonly host: string
}

test('every replica refuses a token within two seconds of the sign-out', async (t) => {
  const all: Replica[] = []
  for (const name of SERVICES) for (const id of await replicas(name)) all.push({ name, host: await addressOf(id) })
  assert.equal(all.length, 6)

  /** Signs out at one app. Returns the time in ms until each replica of both refuses the token. */
  async function signOutAt(app: ServiceName) {
    const { cookie, token } = await signIn()
    const headers = { authorization: `Bearer ${token}` }
    const at = ({ name, host }: Replica) => askReplica(name, host, 'GET', '/api/me', { headers })
    for (const replica of all) assert.equal((await at(replica)).status, 200)
    assert.equal((await ask(app, 'POST', '/api/logout', { headers: { cookie } })).status, 200)
    const endedAt = performance.now()
    return Promise.all(
      all.map(async (replica) => {
        for (;;) {
          const { status, body } = await at(replica)
          const ms = performance.now() - endedAt
          if (status === 401 && body.code === 'token_revoked') return ms
          assert.ok(ms < 2_000, `${replica.name} at ${replica.host} still accepts it after ${ms.toFixed(0)} ms`)
          await wait(2)
        }
      }),
    )
  }

  const delays: number[] = []
  for (let times = 0; times < 20; times += 1) delays.push(...(await signOutAt(times % 2 === 0 ? 'bank' : 'retirement')))
  delays.sort((a, b) => a - b)
  const percentile = (share: number) => delays[Math.ceil(share * delays.length) - 1]?.toFixed(0)
  t.diagnostic(`sign-out propagation to six replicas: p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms`)
})

test('all replicas count failed logins together, whatever address a client claims', async () => {
  const statuses: number[] = []
  for (let times = 0; times < 15; times += 1) {
    const headers = { 'x-forwarded-for': `203.0.113.${times}`, forwarded: `for=203.0.113.${times}` }
    const body = { username: 'nobody-at-all', password: 'wrong' }
    statuses.push((await ask('bank', 'POST', '/api/login', { headers, body })).status)
  }
  assert.deepEqual(statuses, [...Array(10).fill(401), ...Array(5).fill(429)])
})

test('adding and removing replicas fails no request', async (t) => {
  const load = await startLoad(door, 40)
  t.after(() => load.stop())
  // A replica counts as added with its first response, and as removed after many responses of others.
  const seen = async () => {
    const { cookie } = await signIn()
    const answers: string[] = []
    for (let times = 0; times < 12; times += 1) answers.push((await me('bank', { cookie })).body.data.instance)
    return new Set(answers).size
  }
  for (const count of [2, 4, 3]) {
    await up('--no-recreate', ...scale(count, 3))
    const deadline = Date.now() + 5_000
    while ((await seen()) !== count) assert.ok(Date.now() < deadline, `${await seen()} replicas answer, not ${count}`)
  }
  const { asked, failures, moved, repeated, balance } = await load.stop()
  t.diagnostic(`${asked} requests, ${failures.length} failed, ${moved} transfers, ${repeated.length} retries`)
  assert.deepEqual(failures, [])
  assert.equal(balance, moved)
})

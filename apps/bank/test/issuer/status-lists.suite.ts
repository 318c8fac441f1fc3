import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { before, describe, test } from 'node:test'
import { isRevoked } from '@signet/auth/issuer'
import { STATUS_LIST_SIZE, type StatusListVersion } from '@signet/auth/verifier'
import { statusListStore } from '../../src/issuer/store.js'
import { ada, BANK, claimsOf, sharedBank, type TestBank } from '../support.js'

let bank: TestBank
/** A list that no other test's sign-ins are in. */
let nextList = 1_000
before(async () => {
  bank = await sharedBank()
})

const PART = 16_384

/** The first places of the parts of a list, each part well within the time that a statement may take. */
const partsOf = (places: number) => Array.from({ length: Math.ceil(places / PART) }, (_, part) => part * PART)

/** Creates a list with the given number of sessions. They are active unless the time of their end is given. */
async function listOf(places: number, endedAt: Date | null = null): Promise<string> {
  const list = nextList++
  for (const from of partsOf(places))
    await bank.db.$executeRaw`
    INSERT INTO sessions (id, user_id, strategy, expires_at, status_number, user_agent, address, ended_at)
    SELECT gen_random_uuid(), ${ada.id}::uuid, 'jwt', now() + interval '1 hour', ${list * STATUS_LIST_SIZE}::bigint + n, '', '',
      ${endedAt}::timestamptz
    FROM generate_series(${from}::int, ${Math.min(from + PART, places) - 1}::int) AS n`
  return String(list)
}

const inList = (list: string) => {
  const first = BigInt(list) * BigInt(STATUS_LIST_SIZE)
  return { gte: first, lt: first + BigInt(STATUS_LIST_SIZE) }
}

const placeOf = (list: string, idx: number) => BigInt(list) * BigInt(STATUS_LIST_SIZE) + BigInt(idx)

const endedIn = ({ bits }: StatusListVersion) => [...Array(64).keys()].filter((idx) => isRevoked(bits, idx))

async function end(list: string, idx: number): Promise<void> {
  const statusNumber = placeOf(list, idx)
  // The database's clock decides, not the clock of a replica.
  await bank.db.session.updateMany({ where: { statusNumber }, data: { endedAt: new Date(0) } })
}

function versionOf(fetched: StatusListVersion | 'unchanged' | null): StatusListVersion {
  assert.ok(fetched !== null && fetched !== 'unchanged', `expected a list, got ${fetched}`)
  return fetched
}

describe('the status lists that the bank publishes', () => {
  test('show a session that ends after the list was read, in every list, and no other', async () => {
    const store = statusListStore(bank.db)
    const [one, other] = [await listOf(20), await listOf(20)]
    const before = versionOf(await store.fetch(one, undefined))
    assert.deepEqual([...before.bits].filter(Boolean), [])
    await store.fetch(other, undefined)
    const earliest = Date.now() - 1
    await end(one, 3)
    await end(other, 17)
    const after = versionOf(await store.fetch(one, before.etag))
    assert.deepEqual([after.bits[0], after.bits[1], after.bits[2]], [0b1000, 0, 0])
    assert.ok(after.changedAtMs >= earliest && after.changedAtMs <= Date.now())
    assert.deepEqual([...versionOf(await store.fetch(other, undefined)).bits.slice(0, 3)], [0, 0, 0b10])
    assert.equal(await store.fetch(one, after.etag), 'unchanged')
  })

  test('of two replicas are the same, whenever each began to read', async () => {
    const list = await listOf(20)
    const early = statusListStore(bank.db)
    await early.fetch(list, undefined)
    await end(list, 9)
    const late = statusListStore(bank.db)
    assert.equal(versionOf(await early.fetch(list, undefined)).etag, versionOf(await late.fetch(list, undefined)).etag)
  })

  test('follow no clock: one end that lies ahead, or long ago, delays no later one', async () => {
    for (const distance of ['2 minutes', '10 years', '-1 hour']) {
      const list = await listOf(30)
      const store = statusListStore(bank.db)
      await store.fetch(list, undefined)
      await end(list, 1)
      await bank.db.$executeRaw`
        UPDATE sessions SET ended_at = now() + ${distance}::interval WHERE status_number = ${placeOf(list, 1)}`
      await bank.db.$executeRaw`
        INSERT INTO sessions (id, user_id, strategy, expires_at, status_number, user_agent, address, ended_at)
        VALUES (gen_random_uuid(), ${ada.id}::uuid, 'jwt', now(), ${placeOf(list, 40)}, '', '', now() + ${distance}::interval)`
      const early = versionOf(await store.fetch(list, undefined))
      assert.ok(early.changedAtMs <= Date.now())
      for (const idx of [2, 3]) {
        await end(list, idx)
        assert.deepEqual(endedIn(versionOf(await store.fetch(list, undefined))), [1, ...(idx === 3 ? [2, 3] : [2]), 40])
      }
      assert.deepEqual(endedIn(versionOf(await statusListStore(bank.db).fetch(list, undefined))), [1, 2, 3, 40])
    }
  })

  test('miss no end that was begun before another one and committed after it, however late', async () => {
    const list = await listOf(9)
    const store = statusListStore(bank.db)
    await store.fetch(list, undefined)
    const steps = new EventEmitter()
    const begun = once(steps, 'begun')
    const commit = once(steps, 'commit')
    const slow = bank.db.$transaction(async (transaction) => {
      await transaction.session.updateMany({ where: { statusNumber: placeOf(list, 5) }, data: { endedAt: new Date() } })
      steps.emit('begun')
      await commit
    })
    await begun
    for (const idx of [6, 7]) {
      await end(list, idx)
      assert.deepEqual(endedIn(versionOf(await store.fetch(list, undefined))), idx === 6 ? [6] : [6, 7])
    }
    steps.emit('commit')
    await slow
    // As if it had taken minutes: its end is stamped with the time of its statement.
    await bank.db.$executeRaw`
      UPDATE sessions SET ended_at = now() - interval '10 minutes' WHERE status_number = ${placeOf(list, 5)}`
    assert.deepEqual(endedIn(versionOf(await store.fetch(list, undefined))), [5, 6, 7])
  })

  test('have what was committed before they were requested, also while another request reads', async () => {
    const list = await listOf(9)
    const store = statusListStore(bank.db)
    await store.fetch(list, undefined)
    for (let idx = 0; idx < 9; idx += 1) {
      const reading = store.fetch(list, undefined)
      await end(list, idx)
      assert.equal(endedIn(versionOf(await store.fetch(list, undefined))).length, idx + 1)
      await reading
    }
  })

  test('are read anew from another server, whose transactions have other numbers', async () => {
    const list = await listOf(9)
    let server = 'the first'
    let transactions = 1n << 60n
    const elsewhere = bank.db.$extends({
      query: {
        $queryRaw: async ({ args, query }) => {
          const rows = (await query(args)) as { server?: string; transaction?: bigint }[]
          return rows.map((row) => ('server' in row ? { ...row, server, transaction: transactions } : row))
        },
      },
    })
    const store = statusListStore(elsewhere as unknown as typeof bank.db)
    await store.fetch(list, undefined)
    await end(list, 4)
    server = 'the one that took its place'
    transactions += 1n
    assert.deepEqual(endedIn(versionOf(await store.fetch(list, undefined))), [4])
    await end(list, 5)
    transactions = 7n
    assert.deepEqual(endedIn(versionOf(await store.fetch(list, undefined))), [4, 5])
  })

  test('may have every sign-in of theirs ended', async () => {
    const list = await listOf(STATUS_LIST_SIZE, new Date())
    const { bits } = versionOf(await statusListStore(bank.db).fetch(list, undefined))
    assert.ok(bits.every((byte) => byte === 0xff))
    for (const from of partsOf(STATUS_LIST_SIZE)) {
      const statusNumber = { gte: placeOf(list, from), lt: placeOf(list, from + PART) }
      await bank.db.session.deleteMany({ where: { statusNumber } })
    }
  })

  test('are given up with their last sign-in', async () => {
    const list = await listOf(3)
    await bank.db.session.deleteMany({ where: { statusNumber: inList(list) } })
    assert.equal(await statusListStore(bank.db).fetch(list, undefined), null)
    assert.equal((await bank.app.inject(`/status-lists/${list}`)).statusCode, 404)
  })

  test('are read once for many concurrent requests', async () => {
    const list = await listOf(1)
    const store = statusListStore(bank.db)
    await store.fetch(list, undefined)
    let queries = 0
    const counted = bank.db.$extends({
      query: {
        $allOperations: ({ args, query }) => {
          queries += 1
          return query(args)
        },
      },
    })
    const watched = statusListStore(counted as unknown as typeof bank.db)
    await watched.fetch(list, undefined)
    queries = 0
    await Promise.all(Array.from({ length: 50 }, () => watched.fetch(list, undefined)))
    assert.equal(queries, 1)
  })

  test('are read at most fifty times a second, however fast they are asked for', async () => {
    const list = await listOf(1)
    const store = statusListStore(bank.db)
    await store.fetch(list, undefined)
    const startedAt = performance.now()
    for (let times = 0; times < 11; times += 1) await store.fetch(list, undefined)
    assert.ok(performance.now() - startedAt >= 199, 'the eleventh begins 200 ms after the first')
  })

  test('are published as the draft says, and not sent again to a client that has the version, in any form of the header', async () => {
    const list = await listOf(3)
    const get = (headers: Record<string, string> = {}) => bank.app.inject({ url: `/status-lists/${list}`, headers })
    const answer = await get()
    const etag = String(answer.headers.etag)
    assert.deepEqual([answer.statusCode, answer.headers['content-type']], [200, 'application/statuslist+jwt'])
    const { iat, exp, status_list: published, ...claims } = claimsOf(answer.body)
    assert.deepEqual(claims, { iss: BANK, sub: `${BANK}/status-lists/${list}`, ttl: 1, changed_at_ms: 0 })
    assert.equal(Number(exp) - Number(iat), 3_600)
    assert.deepEqual(Object.keys(published as object), ['bits', 'lst'])
    for (const named of [etag, `W/${etag}`, `"another", ${etag}`, '*']) {
      const again = await get({ 'if-none-match': named })
      assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', etag], named)
    }
    assert.equal((await get({ 'if-none-match': '"another"' })).statusCode, 200)
  })

  test('are signed again twice a minute, so that no replica publishes an old one', async (t) => {
    const list = await listOf(1)
    const signedAt = async () => Number(claimsOf((await bank.app.inject(`/status-lists/${list}`)).body).iat)
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
    const first = await signedAt()
    t.mock.timers.tick(29_000)
    assert.equal(await signedAt(), first)
    t.mock.timers.tick(1_000)
    assert.equal(await signedAt(), first + 30)
  })

  test('name no list for what is no list', async () => {
    for (const id of ['-1', '01', '1e3', randomUUID(), '9'.repeat(13)])
      assert.equal((await bank.app.inject(`/status-lists/${id}`)).statusCode, 404, id)
  })
})

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Pool } from '@signet/database'
import { ServiceError } from '@signet/service'
import { openTestDatabase, type TestDatabase } from '@signet/testing'
import { createAttempts } from '../../src/limits/attempts.js'
import { openCounterPool } from '../../src/limits/store.js'
import { EMPTY_BANK } from '../support.js'

const NOW_MS = 1_800_000_000_000

const isLimited = (error: unknown) =>
  error instanceof ServiceError && error.code === 'rate_limited' && Number(error.headers['retry-after']) > 0

describe('counting attempts', () => {
  let database: TestDatabase
  let pool: Pool
  before(async () => {
    database = await openTestDatabase(EMPTY_BANK)
    pool = openCounterPool(database.url)
  })
  after(async () => {
    await pool.end()
    await database.remove()
  })

  test('no sign-in waits for the disk to be counted', async () => {
    const { rows } = await pool.query("SELECT relpersistence FROM pg_class WHERE relname = 'rate_limits'")
    assert.deepEqual(rows, [{ relpersistence: 'u' }])
  })

  test('a hundred concurrent attempts at two replicas count as a hundred', async () => {
    const other = openCounterPool(database.url)
    const replicas = [createAttempts(pool, 3), createAttempts(other, 3)]
    const name = randomUUID()
    const tries = Array.from({ length: 100 }, (_, index) => replicas[index % 2]?.countSignIn(name, '192.0.2.1', NOW_MS))
    const results = await Promise.allSettled(tries)
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 3)
    for (const result of results) if (result.status === 'rejected') assert.ok(isLimited(result.reason))
    await other.end()
  })

  test('a right password takes its attempt back', async () => {
    const attempts = createAttempts(pool, 2)
    const name = randomUUID()
    for (let times = 0; times < 6; times += 1) {
      const takeBack = await attempts.countSignIn(name, '192.0.2.2', NOW_MS)
      await takeBack()
    }
  })

  test('after its window a counter begins anew', async () => {
    const attempts = createAttempts(pool, 1)
    const name = randomUUID()
    await attempts.countSignIn(name, '192.0.2.6', NOW_MS)
    await assert.rejects(attempts.countSignIn(name, '192.0.2.6', NOW_MS), isLimited)
    await assert.rejects(attempts.countSignIn(name, '192.0.2.6', NOW_MS + 59_999), isLimited)
    await attempts.countSignIn(name, '192.0.2.6', NOW_MS + 60_000)
    await assert.rejects(attempts.countSignIn(name, '192.0.2.6', NOW_MS + 60_000), isLimited)
  })

  test('many concurrent right passwords lock no user out: refused attempts are not counted', async () => {
    const attempts = createAttempts(pool, 3)
    const name = randomUUID()
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => attempts.countSignIn(name, '192.0.2.12', NOW_MS)),
    )
    const taken = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    assert.equal(taken.length, 3)
    await Promise.all(taken.map((takeBack) => takeBack()))
    for (let times = 0; times < 3; times += 1) await attempts.countSignIn(name, '192.0.2.12', NOW_MS)
    await assert.rejects(attempts.countSignIn(name, '192.0.2.12', NOW_MS), isLimited)
  })

  test('what one counter refuses is counted at none of them', async () => {
    const attempts = createAttempts(pool, 1)
    for (let times = 0; times < 10; times += 1) await attempts.countSignIn(randomUUID(), '192.0.2.13', NOW_MS)
    const late = randomUUID()
    await assert.rejects(attempts.countSignIn(late, '192.0.2.13', NOW_MS), isLimited)
    await pool.query("DELETE FROM rate_limits WHERE key = 'sign-in:address:192.0.2.13'")
    await attempts.countSignIn(late, '192.0.2.13', NOW_MS)
  })

  test('a try is not taken back from a window that did not count it', async () => {
    const attempts = createAttempts(pool, 1)
    const name = randomUUID()
    const takeBack = await attempts.countSignIn(name, '192.0.2.11', NOW_MS)
    // What is counted there now was counted a minute later.
    await pool.query("UPDATE rate_limits SET expire = expire + 60000 WHERE key LIKE '%192.0.2.11%'")
    await takeBack()
    await assert.rejects(attempts.countSignIn(name, '192.0.2.11', NOW_MS), isLimited)
  })

  test('a try that one counter refuses is not counted at those after it', async () => {
    const attempts = createAttempts(pool, 1)
    const name = randomUUID()
    await attempts.countSignIn(name, '192.0.2.7', NOW_MS)
    for (let times = 0; times < 30; times += 1) {
      await assert.rejects(attempts.countSignIn(name, '192.0.2.7', NOW_MS), isLimited)
    }
    await attempts.countSignIn(randomUUID(), '192.0.2.7', NOW_MS)
    await attempts.countSignIn(name, '192.0.2.8', NOW_MS)
  })

  test('concurrent attempts that are taken back neither fail nor stay counted', async () => {
    const other = openCounterPool(database.url)
    const replicas = [createAttempts(pool, 1_000), createAttempts(other, 1_000)]
    const names = [randomUUID(), randomUUID()]
    const one = async (index: number) => {
      const takeBack = await replicas[index % 2]?.countSignIn(names[index % 3 === 0 ? 0 : 1] ?? '', '192.0.2.9', NOW_MS)
      await takeBack?.()
    }
    await Promise.all(Array.from({ length: 300 }, (_, index) => one(index)))
    const { rows } = await pool.query(
      "SELECT DISTINCT points FROM rate_limits WHERE key LIKE '%192.0.2.9%' AND expire > 0",
    )
    assert.deepEqual(rows, [{ points: 0 }])
    await other.end()
  })

  test('a try that PostgreSQL ended, for a lock that another held, is counted at the second time', async () => {
    const attempts = createAttempts(pool, 1)
    const owner = openCounterPool(database.ownerUrl)
    await owner.query(`
      CREATE SEQUENCE times;
      CREATE FUNCTION deadlock_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        IF nextval('times') = 1 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER deadlock_once BEFORE INSERT ON rate_limits FOR EACH ROW
        WHEN (NEW.key LIKE '%192.0.2.10') EXECUTE FUNCTION deadlock_once()`)
    const name = randomUUID()
    await attempts.countSignIn(name, '192.0.2.10', NOW_MS)
    await assert.rejects(attempts.countSignIn(name, '192.0.2.10', NOW_MS), isLimited)
    await owner.query('DROP TRIGGER deadlock_once ON rate_limits')
    await owner.end()
  })

  test('another name from that address, and that name from another address, are not limited yet', async () => {
    const attempts = createAttempts(pool, 1)
    const name = randomUUID()
    await attempts.countSignIn(name, '192.0.2.3', NOW_MS)
    await assert.rejects(attempts.countSignIn(name, '192.0.2.3', NOW_MS), isLimited)
    await attempts.countSignIn(randomUUID(), '192.0.2.3', NOW_MS)
    await attempts.countSignIn(name, '192.0.2.4', NOW_MS)
  })

  test('one name from many addresses is limited at ten times as many', async () => {
    const attempts = createAttempts(pool, 1)
    const name = randomUUID()
    for (let host = 1; host <= 10; host += 1) await attempts.countSignIn(name, `198.51.100.${host}`, NOW_MS)
    await assert.rejects(attempts.countSignIn(name, '198.51.100.11', NOW_MS), isLimited)
  })

  test('many names from one /48 are limited at ten times as many, whatever network within it they come from', async () => {
    const attempts = createAttempts(pool, 1)
    for (let net = 1; net <= 10; net += 1) await attempts.countSignIn(randomUUID(), `2001:db8:1:${net}::1`, NOW_MS)
    await assert.rejects(attempts.countSignIn(randomUUID(), '2001:db8:1:99::1', NOW_MS), isLimited)
    await attempts.countSignIn(randomUUID(), '2001:db8:2:99::1', NOW_MS)
  })

  test('one name from one /64 is one client, and from the next /64 another', async () => {
    const attempts = createAttempts(pool, 1)
    const name = randomUUID()
    await attempts.countSignIn(name, '2001:db8:3:1::1', NOW_MS)
    await assert.rejects(attempts.countSignIn(name, '2001:db8:3:1:ffff::2', NOW_MS), isLimited)
    await attempts.countSignIn(name, '2001:db8:3:2::1', NOW_MS)
  })

  test('an address whose failures are used up still registers, and the other way round', async () => {
    const attempts = createAttempts(pool, 1)
    for (let times = 0; times < 10; times += 1) await attempts.countSignIn(randomUUID(), '192.0.2.20', NOW_MS)
    await assert.rejects(attempts.countSignIn(randomUUID(), '192.0.2.20', NOW_MS), isLimited)
    for (let times = 0; times < 10; times += 1) await attempts.countRegistration('192.0.2.20', NOW_MS)
    await assert.rejects(attempts.countRegistration('192.0.2.20', NOW_MS), isLimited)
    for (let times = 0; times < 10; times += 1) await attempts.countRegistration(`2001:db8:4:${times}::1`, NOW_MS)
    await assert.rejects(attempts.countRegistration('2001:db8:4:99::1', NOW_MS), isLimited)
    await attempts.countSignIn(randomUUID(), '2001:db8:4:99::1', NOW_MS)
  })

  test('no limit is no limit', async () => {
    const attempts = createAttempts(pool, 0)
    for (let times = 0; times < 20; times += 1) await attempts.countSignIn('ada', '192.0.2.5', NOW_MS)
  })
})

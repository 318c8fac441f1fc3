import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createFairQueue } from '../../src/hashing/fair-queue.js'

/** Creates a queue whose jobs end on demand, and records the order of their starts. */
function openQueue(limits: { atOnce: number; places: number }) {
  const queue = createFairQueue(limits)
  const begun: string[] = []
  const ends: (() => void)[] = []
  const add = (client: string, name = client, signal?: AbortSignal) =>
    queue
      .run(
        () => {
          begun.push(name)
          return new Promise<string>((resolve) => ends.push(() => resolve('done')))
        },
        signal ? { client, signal } : { client },
      )
      .catch((error: Error & { code?: string }) => error.code ?? error.message)
  const endAll = async () => {
    while (ends.length > 0) {
      for (const end of ends.splice(0)) end()
      await turn()
    }
  }
  return { queue, begun, add, endAll }
}

const many = (count: number, add: () => Promise<string>) => Promise.all(Array.from({ length: count }, add))

test('clients take turns, regardless of their numbers of jobs', async () => {
  const { begun, add, endAll } = openQueue({ atOnce: 1, places: 10 })
  const jobs = ['a1', 'a2', 'a3', 'a4', 'b1', 'c1', 'b2'].map((name) => add(name[0] ?? '', name))
  await endAll()
  assert.deepEqual(begun, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
  assert.deepEqual(new Set(await Promise.all(jobs)), new Set(['done']))
})

test('a client that fills the queue loses its last place to another', async () => {
  const { queue, add, endAll } = openQueue({ atOnce: 2, places: 6 })
  const flood = many(20, () => add('flood'))
  assert.deepEqual([queue.size(), queue.refused()], [6, 14])
  const others = [add('one'), add('two')]
  assert.deepEqual([queue.size(), queue.refused()], [6, 16])
  const more = many(20, () => add('flood'))
  await endAll()
  assert.deepEqual(await Promise.all(others), ['done', 'done'])
  assert.deepEqual(await more, Array(20).fill('unavailable'))
  const ended = await flood
  assert.equal(ended.filter((one) => one === 'done').length, 4)
  assert.equal(ended.filter((one) => one === 'unavailable').length, 16)
})

test('running jobs count too, so a small queue is fair', async () => {
  const { add, endAll } = openQueue({ atOnce: 2, places: 3 })
  const flood = many(3, () => add('flood'))
  const other = add('other')
  await endAll()
  assert.deepEqual([await other, await flood], ['done', ['done', 'done', 'unavailable']])
})

test('among clients with equal numbers of places, the latest job is refused', async () => {
  const { add, endAll } = openQueue({ atOnce: 1, places: 4 })
  const jobs = [add('a'), add('b'), add('c'), add('d'), add('e'), add('a')]
  await endAll()
  assert.deepEqual(await Promise.all(jobs), ['done', 'done', 'done', 'done', 'unavailable', 'unavailable'])
})

test('an aborted waiting job frees its place and never runs', async () => {
  const { queue, begun, add, endAll } = openQueue({ atOnce: 1, places: 3 })
  const leaving = new AbortController()
  const jobs = [add('a', 'under way', leaving.signal), add('a', 'waits', leaving.signal), add('b', 'stays')]
  leaving.abort(new Error('gone'))
  assert.equal(queue.size(), 2)
  jobs.push(add('c', 'instead'), add('a', 'too late', leaving.signal))
  await endAll()
  assert.deepEqual(begun, ['under way', 'stays', 'instead'])
  assert.deepEqual(await Promise.all(jobs), ['done', 'gone', 'done', 'done', 'gone'])
  assert.equal(queue.size(), 0)
})

test('a job that fails at once frees its place', async () => {
  const queue = createFairQueue({ atOnce: 1, places: 1 })
  const failing = () => {
    throw new Error('at once')
  }
  for (let times = 0; times < 3; times += 1) await assert.rejects(queue.run(failing), /at once/)
  assert.equal(queue.size(), 0)
})

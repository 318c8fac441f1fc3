import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createCustomerQueue } from '../../src/transfers/post.js'

/** A queue whose jobs wait until they are let go. */
function heldQueue() {
  const started: string[] = []
  const held: (() => void)[] = []
  const push = createCustomerQueue(async ({ userId }: { userId: string }) => {
    started.push(userId)
    await new Promise<void>((resolve) => held.push(resolve))
  })
  return {
    started,
    push: (userId: string) => push({ userId }),
    letGo: async () => {
      for (const resolve of held.splice(0)) resolve()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('transfers that wait', () => {
  test('are under way one at a time for each customer, and another customer is next in line', async () => {
    const { started, push, letGo } = heldQueue()
    const all = [...Array.from({ length: 100 }, () => push('many')), push('one')]
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(started, ['many', 'one'])
    while (started.length < all.length) await letGo()
    await letGo()
    await Promise.all(all)
  })

  test('are refused beyond 250 of one customer, and those of others are not', async () => {
    const { started, push, letGo } = heldQueue()
    const results = Promise.allSettled([...Array.from({ length: 260 }, () => push('many')), push('one')])
    while (started.length < 252) await letGo()
    await letGo()
    const refused = (await results).flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    assert.equal(refused.length, 9)
    for (const { code, headers } of refused) assert.deepEqual([code, headers], ['unavailable', { 'retry-after': '1' }])
  })

  test('leave nothing behind', async () => {
    const { push, letGo, started } = heldQueue()
    for (let times = 1; times <= 3; times += 1) {
      const done = push('again')
      await new Promise((resolve) => setImmediate(resolve))
      assert.equal(started.length, times)
      await letGo()
      await done
    }
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { cursorOf, growthOf, PAGE_SIZE, parseCursor, RECENT, readPage } from '../src/plan/rules.js'

const moment = fc.date({ min: new Date(1), max: new Date(Date.UTC(2286, 0, 1)), noInvalidDate: true })
const cents = fc.bigInt({ min: 0n, max: 10n ** 12n })

describe('the cursor of contributions', () => {
  test('is parsed from its own format only', () => {
    fc.assert(
      fc.property(moment, fc.uuid(), (at, id) => assert.deepEqual(parseCursor(cursorOf({ at, id })), { at, id })),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = parseCursor(text)
        assert.ok(read === undefined || cursorOf(read) === text)
      }),
    )
  })

  test('falls back to the latest contributions when it is invalid', () => {
    for (const asked of [undefined, '', 'some', '1_2', ['all', 'all'], "1_'; DROP TABLE plans"])
      assert.deepEqual(readPage(asked), { limit: RECENT })
    assert.deepEqual(readPage('all'), { limit: PAGE_SIZE })
  })
})

test('growth ends at the sums of contributions and of all entries', () => {
  const month = fc.record({ at: moment, contributed: cents, grown: fc.bigInt({ min: -(10n ** 11n), max: 10n ** 11n }) })
  fc.assert(
    fc.property(fc.array(month, { maxLength: 700 }), (months) => {
      const points = growthOf(
        months.map(({ at, contributed, grown }) => ({
          at,
          contributedMinor: contributed,
          addedMinor: contributed + grown,
        })),
      )
      assert.equal(points.length, months.length)
      const sum = (pick: (one: (typeof months)[number]) => bigint) =>
        Number(months.reduce((total, one) => total + pick(one), 0n))
      const last = points.at(-1) ?? { contributed: 0, balance: 0 }
      assert.equal(
        last.contributed,
        sum(({ contributed }) => contributed),
      )
      assert.equal(
        last.balance,
        sum(({ contributed, grown }) => contributed + grown),
      )
    }),
  )
})

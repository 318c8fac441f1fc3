import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ALLOCATION_NAMES, fundsOf, returnsOf } from '../src/allocation/rules.js'
import { readQuestion } from '../src/projection/form.js'
import { MAX_MONTHLY_MINOR, MAX_YEARS, project } from '../src/projection/rules.js'

const input = fc.record({
  balanceMinor: fc.integer({ min: 0, max: 10_000_000_000_000 }),
  years: fc.integer({ min: 1, max: MAX_YEARS }),
  monthlyMinor: fc.integer({ min: 0, max: MAX_MONTHLY_MINOR }),
  allocation: fc.constantFrom(...ALLOCATION_NAMES),
})
const ask = ({
  allocation,
  ...rest
}: { allocation: string } & Omit<Parameters<typeof project>[0], 'mean' | 'volatility'>) =>
  project({ ...rest, ...returnsOf(allocation) })
const RUNS = { numRuns: 60, seed: 1 }

describe('a projection', () => {
  test('has whole, ordered amounts for every requested year', () => {
    fc.assert(
      fc.property(input, (question) => {
        const { years, low, expected, high } = ask(question)
        assert.deepEqual(
          years,
          Array.from({ length: question.years }, (_, index) => index + 1),
        )
        for (const series of [low, expected, high]) {
          assert.equal(series.length, question.years)
          assert.ok(series.every((amount) => Number.isSafeInteger(amount) && amount >= 0))
        }
        assert.ok(
          low.every((amount, year) => amount <= (expected[year] ?? 0) && (expected[year] ?? 0) <= (high[year] ?? 0)),
        )
      }),
      RUNS,
    )
  })

  test('is the same for the same input, and its first years do not depend on the number of years', () => {
    fc.assert(
      fc.property(input, (question) => {
        const whole = ask({ ...question, years: MAX_YEARS })
        const part = ask(question)
        for (const series of ['low', 'expected', 'high'] as const)
          assert.deepEqual(part[series], whole[series].slice(0, question.years))
      }),
      RUNS,
    )
  })

  test('never falls with a higher contribution', () => {
    fc.assert(
      fc.property(input, fc.integer({ min: 1, max: 100_000 }), (question, more) => {
        const monthlyMinor = Math.min(MAX_MONTHLY_MINOR, question.monthlyMinor + more)
        const [less, richer] = [ask(question), ask({ ...question, monthlyMinor })]
        for (const series of ['low', 'expected', 'high'] as const)
          assert.ok(richer[series].every((amount, year) => amount >= (less[series][year] ?? 0)))
      }),
      RUNS,
    )
  })

  test('a riskier allocation has the wider range', () => {
    const width = (allocation: string) => {
      const { low, high } = ask({ allocation, balanceMinor: 5_000_000, years: 20, monthlyMinor: 50_000 })
      return (high.at(-1) ?? 0) - (low.at(-1) ?? 0)
    }
    const widths = ALLOCATION_NAMES.map(width)
    assert.deepEqual(
      widths,
      [...widths].sort((a, b) => a - b),
    )
  })

  test('every allocation adds up to 100%', () => {
    for (const name of ALLOCATION_NAMES)
      assert.equal(
        fundsOf(name).reduce((sum, { percent }) => sum + percent, 0),
        100,
      )
  })
})

describe('readQuestion', () => {
  test('reports an error per field, keeps the typed text, and uses defaults', () => {
    const { form, problems, years, monthlyMinor } = readQuestion({ years: '0', monthly: 'much' }, 'USD')
    assert.deepEqual(form, { years: '0', monthly: 'much' })
    assert.deepEqual(Object.keys(problems), ['years', 'monthly'])
    assert.deepEqual([years, monthlyMinor], [20, 50_000])
  })
  for (const [typed, minor] of [
    ['0', 0],
    ['250', 25_000],
    ['1,234.50', 123_450],
    ['10000', 1_000_000],
  ] as const) {
    test(`reads ${typed}`, () => {
      assert.equal(readQuestion({ years: '5', monthly: typed }, 'USD').monthlyMinor, minor)
    })
  }
  for (const typed of ['-1', '10000.01', '1e3', ' ', '٣'])
    test(`refuses ${JSON.stringify(typed)}`, () => {
      assert.ok(readQuestion({ years: '5', monthly: typed }, 'USD').problems.monthly)
    })
})

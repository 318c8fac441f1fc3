import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defineCookie } from '@signet/auth/verifier'
import { formatPlace, newTour, readPlace, withGuess } from '../../src/tour/cookie.js'
import { TOUR_STEPS } from '../../src/tour/step-titles.js'

const cookie = defineCookie('tour', { prefix: 'signet', domain: 'signet.localhost', secure: false })
const read = (value: string) => readPlace(`signet_tour=${value}`, cookie)

describe('the cookie of the tour', () => {
  test('keeps a guess per step, the latest one', () => {
    const start = newTour(4)
    const guessed = withGuess(withGuess(start, 'c'), 'b')
    assert.equal(guessed.guesses, '---b')
    const earlier = withGuess({ ...guessed, step: 2 }, 'a')
    assert.equal(earlier.guesses, '-a-b')
    assert.deepEqual(read(formatPlace(earlier)), earlier)
    assert.deepEqual(read(formatPlace(start)), start)
  })

  test('is ignored with guesses that no page sends', () => {
    const { id } = newTour(1)
    for (const guesses of ['', 'd', 'A', '-'.repeat(TOUR_STEPS.length + 1), 'a.b'])
      assert.equal(read(`${id}.1.${guesses}`), null, guesses)
    assert.notEqual(read(`${id}.1.${'-'.repeat(TOUR_STEPS.length)}`), null)
  })
})

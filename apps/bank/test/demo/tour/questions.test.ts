import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { outcomeOf, QUESTIONS } from '../../../src/demo/tour/questions.js'
import { STEPS } from '../../../src/demo/tour/steps.js'

describe('the questions of the tour', () => {
  for (const { title } of STEPS) {
    test(`has two or three answers, of which one is right: ${title}`, () => {
      const { text, answers, right, because } = QUESTIONS[title]
      assert.ok(text.endsWith('?') && because.endsWith('.'))
      assert.ok(answers.length === 2 || answers.length === 3)
      assert.ok(answers[right] !== undefined)
      assert.equal(new Set(answers).size, answers.length)
    })
  }

  test('whether retirement can forge a token follows from what the bank answered', () => {
    const question = QUESTIONS['Forge a token']
    const asked = (answer: string) => [
      {
        at: 1,
        ms: 1,
        service: 'retirement' as const,
        instance: 'retirement-1',
        kind: 'request' as const,
        method: 'POST',
        path: '/who-may-sign',
        cookies: [],
        asked: [{ whom: 'bank' as const, what: 'GET /api/me, forged token', answer }],
        status: 200,
        set: [],
        cleared: [],
      },
    ]
    const answerTo = (answer: string) => question.answers[outcomeOf(question, asked(answer)).right]
    assert.equal(answerTo('200, accepted'), 'Yes')
    assert.equal(answerTo('token_signature_invalid'), 'No')
  })
})

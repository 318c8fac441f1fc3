import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayReturn } from '../../src/sessions/send-back.js'

test('no redirect back to an app that does not have the session; otherwise there is one', () => {
  for (const strategy of ['jwt', 'session', 'shared-session', undefined] as const) {
    for (const reason of ['session_unknown', 'token_expired', undefined]) {
      const circles = strategy !== undefined && strategy !== 'jwt' && reason === 'session_unknown'
      assert.equal(mayReturn(strategy, reason), !circles, `${strategy} ${reason}`)
    }
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DEMO_USERS } from '../src/demo-users.js'

test('the demo users are valid and have different ids', () => {
  const people = Object.values(DEMO_USERS)
  for (const person of people) {
    assert.match(person.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.match(person.username, /^[a-z0-9._-]{3,32}$/)
    assert.ok(person.password.length >= 15)
  }
  assert.equal(new Set(people.map((person) => person.id)).size, people.length)
})

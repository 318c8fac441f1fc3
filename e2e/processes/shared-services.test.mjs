// Tokens, sign-ins and what is kept in the shared stores, by processes that all of these suites share.
import { test } from 'node:test'
import './shared-redis.mjs'
import { assertGoodEnd } from './shared-world.mjs'

// Once all of them are started: the runner ends the tests it knows while a module that has others still waits.
await import('./shared-suites.mjs')

test('no log line holds a password, a secret, a refresh token or a whole JWT', assertGoodEnd)

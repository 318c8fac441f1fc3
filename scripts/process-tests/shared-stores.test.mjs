// Sign-ins, and what is kept in the shared stores, by processes that all of these suites share.
import { test } from 'node:test'
// Everything is started before the first test is there: the runner ends what it knows while a module still waits.
import './shared-redis.mjs'
import { assertGoodEnd } from './shared-world.mjs'

import './passwords.suite.mjs'
import './strategies.suite.mjs'
import './tour.suite.mjs'

test('no log line holds a password, a secret, a refresh token or a whole JWT', assertGoodEnd)

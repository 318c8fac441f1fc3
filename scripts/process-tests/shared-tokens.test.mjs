// Tokens, their renewal and their end, by processes that all of these suites share: starting them takes longer than most.
import { test } from 'node:test'
import { assertGoodEnd } from './shared-world.mjs'

import './attacks.suite.mjs'
import './endings.suite.mjs'
import './renewals.suite.mjs'
import './trace-context.suite.mjs'

test('no log line holds a password, a secret, a refresh token or a whole JWT', assertGoodEnd)

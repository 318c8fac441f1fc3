// Suites that share their processes: tokens, sessions and shared stores.
import { test } from 'node:test'
import './shared-redis.js'
import { assertCleanRun } from './shared-world.js'

// Imported after the start of all services: the runner ends known tests while a module still awaits.
await import('./shared-suites.js')

test('no log line contains a password, a secret, a refresh token or a whole JWT', assertCleanRun)

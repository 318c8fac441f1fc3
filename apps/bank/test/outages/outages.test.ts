// One PostgreSQL for both.
import { after } from 'node:test'
import './answers.suite.js'
import './logs.suite.js'
import { server } from './own-server.js'

// After the suites' own: what they close first still uses it.
after(() => server.remove())

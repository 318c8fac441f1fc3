import { after } from 'node:test'
import { closeShared } from '../support.js'

// One PostgreSQL for both suites.
import './compare/compare.suite.js'
import './operations/operations.suite.js'

after(closeShared)

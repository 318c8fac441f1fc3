import { after } from 'node:test'
import { closeShared } from '../support.js'

// One PostgreSQL for these suites.
import './compare/compare.suite.js'
import './form-user.suite.js'
import './operations/operations.suite.js'
import './sign-in-page.suite.js'
import './switch.suite.js'

after(closeShared)

import { after } from 'node:test'
import { closeShared } from './support.js'

// The suites share a bank. A file must end long before the first token of its suites expires.
import './standing-orders/pages.suite.js'
import './standing-orders/step-up.suite.js'

after(closeShared)

import { after } from 'node:test'
import { closeShared } from './support.js'

// The suites share a bank. A file must end long before the first token of its suites expires.
import './transfers/free-text.suite.js'
import './transfers/idempotency.suite.js'
import './transfers/drafts.suite.js'
import './transfers/step-up-pages.suite.js'
import './transfers/step-up.suite.js'
import './transfers/transfer-pages.suite.js'
import './transfers/transfers.suite.js'

after(closeShared)

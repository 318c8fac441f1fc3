import { after } from 'node:test'
import { closeShared } from './support.js'

// One PostgreSQL for all of these: starting one takes longer than any of them.
import './accounts/accounts.suite.js'
import './accounts/entries.suite.js'
import './form-user.suite.js'
import './issuer/status-lists.suite.js'
import './register/register.suite.js'
import './sessions/cookie-prefix.suite.js'
import './sessions/logout.suite.js'
import './sessions/renewal.suite.js'
import './sessions/revoked-at-once.suite.js'
import './sessions/sign-out-elsewhere.suite.js'
import './sign-in/login.suite.js'
import './sign-in/metrics.suite.js'
import './sign-in/several-cookies.suite.js'
import './sign-in/sign-in-page.suite.js'
import './transfers/idempotency.suite.js'
import './transfers/transfer-pages.suite.js'
import './transfers/transfers.suite.js'

after(closeShared)

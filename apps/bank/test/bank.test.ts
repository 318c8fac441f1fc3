import { after } from 'node:test'
import { closeShared } from './support.js'

// The suites share a bank. A file must end long before the first token of its suites expires.
import './accounts/accounts.suite.js'
import './accounts/entries.suite.js'
import './accounts/home-page.suite.js'
import './form-user.suite.js'
import './issuer/held-status-lists.suite.js'
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
import './sign-in/sent-twice.suite.js'
import './sign-in/sign-in-page.suite.js'

after(closeShared)

import { after } from 'node:test'
import { closeShared } from './support.js'

// The suites share a bank. A file must end long before the first token of its suites expires.
import './notices/notices.suite.js'
import './notices/thief.suite.js'
import './password-change/pages.suite.js'
import './password-change/password-change.suite.js'
import './password-change/removal.suite.js'
import './recovery-codes/pages.suite.js'
import './recovery-codes/recovery-codes.suite.js'
import './passkeys/attacks.suite.js'
import './passkeys/pages.suite.js'
import './passkeys/passkeys.suite.js'
import './passkeys/reauthenticate.suite.js'
import './passkeys/sign-in.suite.js'
import './sign-in/recent-authentication.suite.js'

after(closeShared)

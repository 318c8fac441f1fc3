// The suites share one bank and one PostgreSQL, because starting them takes longer than any suite.
import './clock-skew.suite.js'
import './deposits.suite.js'
import './form-user.suite.js'
import './sign-out.suite.js'
import './plan.suite.js'

// One bank and one PostgreSQL for all of these: starting them takes longer than any of them.
import './clock-skew.suite.js'
import './deposits.suite.js'
import './form-user.suite.js'
import './sign-out.suite.js'
import './plan.suite.js'

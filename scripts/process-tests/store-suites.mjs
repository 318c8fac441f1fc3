import './passwords.suite.mjs'
import './strategies.suite.mjs'
import './tour.suite.mjs'

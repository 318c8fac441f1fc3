// Outages of the bank and of PostgreSQL. The suites share services, because starting them takes most of the time.
import './outages.suite.js'
import './strategy-outages.suite.js'

// The bank, or PostgreSQL, is away for a while. The suites share their services: starting them takes longer than most.
import './outages.suite.mjs'
import './strategy-outages.suite.mjs'

export { countsOf, type Part, reportOf } from './report.js'
export { type RunOptions, runTests } from './run-tests.js'

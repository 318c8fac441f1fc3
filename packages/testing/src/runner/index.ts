export { countsOf, reportOf } from './report.js'
export { runTests } from './run-tests.js'

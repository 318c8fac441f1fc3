import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failingTests } from './failing-tests.mjs'

const OUTPUT = `
@signet/ui:test: ✔ draws (1 ms)
//:test:scripts: ✖ pays once (3 ms)
@signet/bank:build: something.ts(1,1): error TS1005: ';' expected.
@signet/bank:build:  WARNING  command finished with error, but continuing...
//:test:scripts: ℹ fail 1
//:test:scripts: 
//:test:scripts: ✖ failing tests:
//:test:scripts: 
//:test:scripts: ✖ pays once (3 ms)
//:test:scripts:   AssertionError: 2 == 1
//#test:scripts:  ERROR  command (/app) npm run test:scripts exited (1)
@signet/ui:test: ✔ says ERROR: command finished with error (1 ms)
`

test('what failed is repeated, task by task: the failing tests, or the last lines where none are listed', () => {
  assert.equal(
    failingTests(OUTPUT),
    `//:test:scripts

  ✖ pays once (3 ms)
    AssertionError: 2 == 1

@signet/bank:build
  something.ts(1,1): error TS1005: ';' expected.
`,
  )
})

test('of a run in which nothing failed nothing is said', () => {
  assert.equal(failingTests('@signet/ui:test: ✔ draws (1 ms)\n Tasks:  1 successful, 1 total\n'), '')
})

import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { FILE_MARK } from './events-reporter.js'

// Imports the test files that the command line names. Their tests run in this process, in the order of the files.

/** The first test runs until every file is imported: when no test is left to run, the process ends. */
let allImported = () => {}
test(FILE_MARK, () => new Promise<void>((resolve) => (allImported = resolve)))
for (const path of process.argv.slice(2)) {
  test(`${FILE_MARK}${path}`, () => {})
  await import(pathToFileURL(path).href).catch((error) => {
    test('(the file itself)', () => {
      throw error
    })
  })
}
allImported()

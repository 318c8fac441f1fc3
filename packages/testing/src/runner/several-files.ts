import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { FILE_MARK } from './events-reporter.js'

// Imports the test files of the command line. Their tests run in this process, in the order of the files.

/** The first test lasts until every file is imported: the process ends when no test remains. */
let allImported = () => {}
test(FILE_MARK, () => new Promise<void>((resolve) => (allImported = resolve)))
for (const path of process.argv.slice(2)) {
  test(`${FILE_MARK}${path}`, () => {})
  await import(pathToFileURL(path).href).catch((error) => {
    test('(the whole file)', () => {
      throw error
    })
  })
}
allImported()

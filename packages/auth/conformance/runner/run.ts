import { writeFileSync } from 'node:fs'
import { conform, NotTestable } from './conform.js'
import { readOptions, USAGE, UsageError } from './options.js'
import { junitOf, reportOf } from './report.js'

/** Runs the command. Returns the exit code: 0 when every answer is right, 1 for a wrong answer, 2 for a wrong call. */
export async function run(args: readonly string[], print: (text: string) => void): Promise<0 | 1 | 2> {
  try {
    const options = readOptions(args)
    const conformance = await conform(options)
    print(reportOf(conformance))
    if (options.junit !== undefined) writeFileSync(options.junit, junitOf(conformance))
    return conformance.checked.some(({ problem }) => problem) ? 1 : 0
  } catch (error) {
    if (error instanceof UsageError) print(`${error.message}\n\n${USAGE}`)
    else if (error instanceof NotTestable) print(error.message)
    else throw error
    return error instanceof UsageError ? 2 : 1
  }
}

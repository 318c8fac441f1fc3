import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Part } from './report.js'

/** Runs a script of the root `package.json` that passes or fails as a whole, such as `lint`. */
export async function runCheck(script: string, root: string, signal: AbortSignal): Promise<Part> {
  const startedAt = performance.now()
  const options = { cwd: root, maxBuffer: 1 << 26, signal }
  const error = await promisify(execFile)('npm', ['run', '--silent', script], options).then(
    () => undefined,
    (thrown: Error & { stdout?: string; stderr?: string }) =>
      `${thrown.stdout ?? ''}${thrown.stderr ?? thrown.message}`,
  )
  const milliseconds = performance.now() - startedAt
  process.stdout.write(`  ${error === undefined ? '✓' : '✗'} npm run ${script}\n`)
  const at = { path: [], milliseconds }
  return {
    name: `npm run ${script}`,
    events: [error === undefined ? { type: 'passed', ...at } : { type: 'failed', ...at, error }],
    output: '',
  }
}

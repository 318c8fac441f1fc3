import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EVENT_MARK, type FileEvent } from './events-reporter.js'
import type { TestFile } from './test-files.js'

export interface FileResult {
  readonly file: TestFile
  readonly events: readonly FileEvent[]
  /** What the file printed beside its results. */
  readonly output: string
  readonly milliseconds: number
}

const REPORTER = fileURLToPath(new URL('events-reporter.js', import.meta.url))
/** Only a hang is silent for so long, on any machine. */
const SILENCE_LIMIT_MILLISECONDS = 600_000
const KEPT_OUTPUT_CHARACTERS = 20_000
/** V8 optimizes later than it would: most test files end before optimized code has paid for itself. */
const V8_FLAGS = ['--interrupt-budget=2000000']

/**
 * Runs one test file in a process of its own, which ends when its tests have ended, whatever they left open. What the file
 * started and did not stop is killed with it.
 */
export function runTestFile(file: TestFile, root: string, env: NodeJS.ProcessEnv): Promise<FileResult> {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [...V8_FLAGS, '--test-force-exit', `--test-reporter=${REPORTER}`, file.path], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const events: FileEvent[] = []
  let output = ''
  let line = ''
  let hung = false
  const silence = setTimeout(() => {
    hung = true
    killGroup(child.pid)
  }, SILENCE_LIMIT_MILLISECONDS)
  const print = (text: string) => {
    output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS)
  }
  const takeLine = (text: string) => {
    const mark = text.indexOf(EVENT_MARK)
    if (mark < 0) return print(`${text}\n`)
    print(text.slice(0, mark))
    events.push(JSON.parse(text.slice(mark + EVENT_MARK.length)) as FileEvent)
  }
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    silence.refresh()
    const lines = (line + chunk).split('\n')
    line = lines.pop() ?? ''
    for (const text of lines) takeLine(text)
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    silence.refresh()
    print(chunk)
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearTimeout(silence)
      killGroup(child.pid)
      child.stdout.destroy()
      child.stderr.destroy()
      if (line !== '') takeLine(line)
      const milliseconds = performance.now() - startedAt
      const failed = events.some(({ type }) => type === 'failed')
      const broken = code !== 0 || signal !== null || events.length === 0
      if (hung || (broken && !failed)) {
        const error = hung
          ? 'The file hung: it printed nothing for ten minutes.'
          : `The process ended with ${signal ?? code} after ${events.length} results.`
        events.push({ type: 'failed', path: ['(the file itself)'], milliseconds, error })
      }
      resolve({ file, events, output, milliseconds })
    })
  })
}

/** The child was started as the leader of a process group, so that nothing outlives it. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // Every process of the group has ended.
  }
}

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { EVENT_MARK, FILE_MARK, type FileEvent } from './events-reporter.js'
import type { TestFile } from './test-files.js'

export interface FileResult {
  readonly file: TestFile
  readonly events: FileEvent[]
  /** Output of the process without the events. */
  readonly output: string
  readonly milliseconds: number
}

const [REPORTER, SEVERAL_FILES] = ['events-reporter.js', 'several-files.js'].map((name) =>
  fileURLToPath(new URL(name, import.meta.url)),
) as [string, string]
/** Only a hang is silent for this long. */
const SILENCE_LIMIT_MILLISECONDS = 600_000
const KEPT_OUTPUT_CHARACTERS = 20_000
/** Delays optimization: most test files end before optimized code pays off. */
const V8_FLAGS = ['--interrupt-budget=2000000']

/**
 * Runs test files in one process, which ends with their tests even if they left handles open, or when the signal aborts. Kills
 * child processes that they did not stop.
 */
export function runTestFiles(
  files: readonly TestFile[],
  root: string,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<FileResult[]> {
  const paths = files.map(({ path }) => path)
  const entry = paths.length === 1 ? paths : [SEVERAL_FILES, ...paths]
  const child = spawn(process.execPath, [...V8_FLAGS, '--test-force-exit', `--test-reporter=${REPORTER}`, ...entry], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const results = files.map((file) => ({ file, events: [] as FileEvent[], milliseconds: 0 }))
  let current = results[0]
  let startedAt = performance.now()
  let output = ''
  let line = ''
  let hung = false
  const silence = setTimeout(() => {
    hung = true
    killGroup(child.pid, 'SIGKILL')
  }, SILENCE_LIMIT_MILLISECONDS)
  const end = () => killGroup(child.pid, 'SIGTERM')
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  const print = (text: string) => {
    output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS)
  }
  const takeEvent = (event: FileEvent) => {
    const [name = ''] = event.path
    const now = performance.now()
    if (name.startsWith(FILE_MARK)) {
      current = results.find(({ file }) => name === `${FILE_MARK}${file.path}`)
      startedAt = now
    } else if (current) {
      current.events.push(event)
      current.milliseconds = now - startedAt
    }
  }
  const takeLine = (text: string) => {
    const mark = text.indexOf(EVENT_MARK)
    if (mark < 0) return print(`${text}\n`)
    print(text.slice(0, mark))
    takeEvent(JSON.parse(text.slice(mark + EVENT_MARK.length)) as FileEvent)
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
    child.once('exit', (code, endedBy) => {
      clearTimeout(silence)
      signal.removeEventListener('abort', end)
      killGroup(child.pid, 'SIGKILL')
      child.stdout.destroy()
      child.stderr.destroy()
      if (line !== '') takeLine(line)
      const ended = hung ? 'hung: no output for ten minutes' : `ended with ${endedBy ?? code}`
      const failed = results.some(({ events }) => events.some(({ type }) => type === 'failed'))
      const broken = hung || ((code !== 0 || endedBy !== null) && !failed)
      for (const result of results) {
        const { events, milliseconds } = result
        if (events.length > 0 && !(broken && result === current)) continue
        const error = `The process ${ended} after ${events.length} results of this file.`
        events.push({ type: 'failed', path: ['(the whole file)'], milliseconds, error })
      }
      resolve(results.map((result) => ({ ...result, output })))
    })
  })
}

/** Signals the process group that the child leads, so that no process outlives it. */
function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // The group has already ended.
  }
}

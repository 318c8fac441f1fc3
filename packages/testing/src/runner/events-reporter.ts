import { inspect } from 'node:util'

/** An event from a test file to the runner: one JSON object per line, after a marker that no test prints. */
export type FileEvent =
  | { readonly type: 'passed' | 'skipped'; readonly path: readonly string[]; readonly milliseconds: number }
  | { readonly type: 'failed'; readonly path: readonly string[]; readonly milliseconds: number; readonly error: string }

export const EVENT_MARK = '\u0001signet-test '
/** Prefix of a pseudo-test that names the file of the tests after it. */
export const FILE_MARK = '\u0001file '

interface ReporterEvent {
  readonly type: string
  readonly data: {
    readonly name: string
    readonly nesting: number
    readonly skip?: unknown
    readonly todo?: unknown
    readonly details?: {
      readonly duration_ms: number
      readonly type?: string
      readonly error?: Error & { readonly failureType?: string }
    }
  }
}

/** Reports events to the runner. Node.js loads it with `--test-reporter`. */
export default async function* eventsReporter(source: AsyncIterable<ReporterEvent>): AsyncGenerator<string> {
  // With exit handlers, which stop PostgreSQL: a server has its own process group.
  process.once('SIGTERM', () => process.exit(143))
  const names: string[] = []
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      names.length = data.nesting
      names[data.nesting] = data.name
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue
    const event = eventOf(type, data, [...names.slice(0, data.nesting), data.name])
    if (event) yield `${EVENT_MARK}${JSON.stringify(event)}\n`
  }
}

function eventOf(type: string, data: ReporterEvent['data'], path: string[]): FileEvent | undefined {
  const milliseconds = data.details?.duration_ms ?? 0
  const error = data.details?.error
  if (type === 'test:fail') {
    // Its failed subtests have their own events.
    if (error?.failureType === 'subtestsFailed') return undefined
    return { type: 'failed', path, milliseconds, error: inspect(error?.cause ?? error, { depth: 4 }) }
  }
  if (data.details?.type === 'suite') return undefined
  const skipped = data.skip !== undefined || data.todo !== undefined
  return { type: skipped ? 'skipped' : 'passed', path, milliseconds }
}

import type { FileEvent } from './events-reporter.js'

/** A part of a run: one test file, the browser tests, or a command such as lint. */
export interface Part {
  readonly name: string
  readonly events: readonly FileEvent[]
  /** Its output, shown when something failed. */
  readonly output: string
}

export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

const SLOWEST = 10
const OUTPUT_LINES = 60

export const countsOf = (events: readonly FileEvent[]): Counts => {
  const count = (type: FileEvent['type']) => events.filter((event) => event.type === type).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}

export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`

/** Formats the end of a run: failures with their output, the ten slowest tests, and the counts. */
export function reportOf(parts: readonly Part[]): string {
  const failures = parts.flatMap(({ name, events, output }) => {
    const failed = events.filter((event) => event.type === 'failed')
    if (failed.length === 0) return []
    const printed = output.trim().split('\n').slice(-OUTPUT_LINES).join('\n')
    return [
      ...failed.map(({ path, error }) => `✗ ${[name, ...path].join(' › ')}\n${indented(error)}\n`),
      ...(printed === '' ? [] : [`  ${name} printed:\n${indented(printed)}\n`]),
    ]
  })
  const all = parts.flatMap(({ name, events }) => events.map((event) => ({ name, ...event })))
  const slowest = all.sort((a, b) => b.milliseconds - a.milliseconds).slice(0, SLOWEST)
  const { passed, failed, skipped } = countsOf(all)
  return [
    ...(failures.length > 0 ? ['\nFailures\n', ...failures] : []),
    ...(slowest.length > 0 ? ['\nThe ten slowest tests\n'] : []),
    ...slowest.map(
      ({ name, path, milliseconds }) => `  ${seconds(milliseconds).padStart(7)}  ${[name, ...path].join(' › ')}`,
    ),
    `\n${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n')
}

const indented = (text: string): string => text.replace(/^/gm, '    ')

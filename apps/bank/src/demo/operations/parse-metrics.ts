/** One line of Prometheus text. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Samples by the name of their series. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

/** A Signet service has about 2,000. */
const MAX_SAMPLES = 50_000

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
/** Matched without regard to case, as Prometheus does: prom-client writes `Nan`. */
const SPECIAL: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
}

/**
 * Parses Prometheus' text format, version 0.0.4.
 *
 * @throws {SyntaxError} that names the first invalid line. A response that was cut off is refused as a whole.
 */
export function parseMetrics(text: string): Samples {
  const samples = new Map<string, Sample[]>()
  let count = 0
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue
    const [, name, labels = '', value = ''] = LINE.exec(line) ?? []
    const number = SPECIAL[value.toLowerCase()] ?? (NUMBER.test(value) ? Number(value) : undefined)
    const read = name === undefined || number === undefined ? undefined : parseLabels(labels)
    if (name === undefined || number === undefined || read === undefined) {
      throw new SyntaxError(`line ${index + 1} is not a sample`)
    }
    count += 1
    if (count > MAX_SAMPLES) throw new SyntaxError(`more than ${MAX_SAMPLES} samples`)
    const series = samples.get(name)
    if (series) series.push({ labels: read, value: number })
    else samples.set(name, [{ labels: read, value: number }])
  }
  return samples
}

const ESCAPES: Readonly<Record<string, string>> = { '\\\\': '\\', '\\"': '"', '\\n': '\n' }

/** Returns undefined unless the whole text is a list of labels. */
function parseLabels(text: string): Record<string, string> | undefined {
  const labels = new Map<string, string>()
  LABEL.lastIndex = 0
  while (LABEL.lastIndex < text.length) {
    const [, name, value] = LABEL.exec(text) ?? []
    if (name === undefined || value === undefined || labels.has(name)) return undefined
    labels.set(
      name,
      value.replaceAll(/\\./g, (escaped) => ESCAPES[escaped] ?? escaped),
    )
  }
  return Object.fromEntries(labels)
}

/** One line of Prometheus text. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Samples by the name of their series. */
export type Samples = ReadonlyMap<string, readonly Sample[]>

const LABEL = String.raw`([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"`
/** Matched without regard to case, as Prometheus does: prom-client writes `Nan`. */
const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|[+-]inf|nan`
const LINE = new RegExp(
  String.raw`^(?<name>[a-z_:][\w:]*)(?:\{(?<labels>(?:${LABEL}(?:,|(?=\})))*)\})? (?<value>${NUMBER})(?: -?\d+)?$`,
  'i',
)

/**
 * Parses Prometheus' text format, version 0.0.4.
 *
 * @throws {SyntaxError} that names the first invalid line. A response that was cut off is refused as a whole.
 */
export function parseMetrics(text: string): Samples {
  const samples = new Map<string, Sample[]>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line === '' || line.startsWith('#')) continue
    const { name, labels = '', value } = LINE.exec(line)?.groups ?? {}
    if (name === undefined || value === undefined) throw new SyntaxError(`line ${index + 1} is not a sample`)
    const pairs = [...labels.matchAll(new RegExp(LABEL, 'g'))].map(([, label, escaped = '']) => [
      label,
      escaped.replaceAll(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character)),
    ])
    const series = samples.get(name) ?? []
    series.push({ labels: Object.fromEntries(pairs), value: Number(value.replace(/inf/i, 'Infinity')) })
    samples.set(name, series)
  }
  return samples
}

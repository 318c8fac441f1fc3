/** Returns the median: the mean of the two middle values when their number is even, 0 for an empty list. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? upper
  return (lower + upper) / 2
}

/** Parses the durations of a `Server-Timing` header (W3C Server Timing, section 3), in milliseconds by name. */
export function readServerTiming(header: string): ReadonlyMap<string, number> {
  const durations = new Map<string, number>()
  for (const entry of header.split(',')) {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim())
    const duration = parameters.find((parameter) => parameter.startsWith('dur='))?.slice('dur='.length)
    if (name !== '' && duration !== undefined && Number.isFinite(Number(duration)))
      durations.set(name, Number(duration))
  }
  return durations
}

/** Returns `name=value` of a cookie that a response sets, as a browser sends it back; undefined when it is cleared or absent. */
export function cookiePair(setCookies: readonly string[], name: string): string | undefined {
  const pairs = setCookies.map((line) => line.split(';', 1)[0] ?? '')
  return pairs.find((pair) => pair.startsWith(`${name}=`) && pair.length > name.length + 1)
}

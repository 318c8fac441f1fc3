/** The middle value; the mean of the two middle ones where their number is even. 0 of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? upper
  return (lower + upper) / 2
}

/** The durations of a `Server-Timing` header (W3C Server Timing section 3), by name, in ms. */
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

/** `name=value` of the cookie of this name that an answer sets, as a browser sends it back; undefined where none is. */
export function cookiePair(setCookies: readonly string[], name: string): string | undefined {
  const pairs = setCookies.map((line) => line.split(';', 1)[0] ?? '')
  return pairs.find((pair) => pair.startsWith(`${name}=`) && pair.length > name.length + 1)
}

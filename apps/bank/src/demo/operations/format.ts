/** Formats the parts of a sum: `3 rotated, 1 replayed`. Zeros are omitted. */
export const parts = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`)
    .join(', ')

/** Formats a rate: `0.4`, `12`, `1,204`. */
export const rate = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 || value === 0 ? 0 : 1)

/** Formats a share of 1: `0 %`, `0.04 %`, `12 %`. */
export function percent(share: number): string {
  const value = share * 100
  return `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(value >= 1 ? 1 : 2)} %`
}

/** Formats a short duration: `0.6 µs`, `1.2 ms`, `340 ms`, `1.3 s`. */
export function time(seconds: number): string {
  if (seconds >= 1) return `${seconds.toFixed(1)} s`
  const ms = seconds * 1_000
  if (ms >= 1) return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`
  return `${ms === 0 ? 0 : (ms * 1_000).toFixed(ms >= 0.1 ? 0 : 1)} µs`
}

/** Formats a long duration: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

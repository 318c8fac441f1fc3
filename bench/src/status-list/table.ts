import type { StatusListRow } from '../report.js'

const whole = (number: number) => Math.round(number).toLocaleString('en')

export const statusListTable = (results: readonly StatusListRow[]): string[][] => [
  ['sessions', 'lists', 'memory (bytes)', 'one check (ns)', 'one HMAC-SHA256 (ns)', 'one Redis GET (ns)'],
  ...results.map((row) => [row.sessions, row.lists, row.memoryBytes, row.checkNs, row.hmacNs, row.redisNs].map(whole)),
]

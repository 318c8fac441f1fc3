const whole = (number) => Math.round(number).toLocaleString('en')

export const statusListTable = (results) => [
  ['sessions', 'lists', 'memory (bytes)', 'one check (ns)', 'one HMAC-SHA256 (ns)', 'one Redis GET (ns)'],
  ...results.map((row) => [row.sessions, row.lists, row.memoryBytes, row.checkNs, row.hmacNs, row.redisNs].map(whole)),
]

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startRedis } from '@signet/e2e/redis'
import type { StatusListRow } from '../report.js'
import { median } from '../statistics.js'
import { statusListTable } from './table.js'

type Taken = Readonly<Record<'checkNs' | 'hmacNs' | 'redisNs', readonly number[]>>

const script = fileURLToPath(new URL('measure.js', import.meta.url))

/** Measures a verifier's status list in memory and time, next to one HMAC-SHA256 and one Redis lookup. */
export async function benchStatusList({
  sessions = [1, 1_000, 1_000_000],
  rounds = 15,
} = {}): Promise<StatusListRow[]> {
  const redis = await startRedis()
  try {
    const results: StatusListRow[] = []
    for (const count of sessions) {
      const args = ['--expose-gc', script, String(count), redis.url, String(rounds)]
      const { stdout } = await promisify(execFile)(process.execPath, args)
      const { checkNs, hmacNs, redisNs, ...rest }: Taken & Omit<StatusListRow, keyof Taken> = JSON.parse(stdout)
      results.push({ ...rest, checkNs: median(checkNs), hmacNs: median(hmacNs), redisNs: median(redisNs) })
    }
    return results
  } finally {
    await redis.stop()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { table } = await import('../table.js')
  process.stdout.write(`${table(statusListTable(await benchStatusList()))}\n`)
}

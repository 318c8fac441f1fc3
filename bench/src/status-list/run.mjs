import { fileURLToPath } from 'node:url'
import { startRedis } from '../../../e2e/support/redis.mjs'
import { run } from '../../../scripts/command.mjs'
import { median } from '../statistics.mjs'
import { statusListTable } from './table.mjs'

const script = fileURLToPath(new URL('measure.mjs', import.meta.url))

/** What a status list costs a verifier in memory and in time, beside one HMAC-SHA256 and one question to Redis. */
export async function benchStatusList({ sessions = [1, 1_000, 1_000_000], rounds = 15 } = {}) {
  const redis = await startRedis()
  try {
    const results = []
    for (const count of sessions) {
      const output = await run(process.execPath, ['--expose-gc', script, String(count), redis.url, String(rounds)])
      const { checkNs, hmacNs, redisNs, ...rest } = JSON.parse(output.trim().split('\n').at(-1))
      results.push({ ...rest, checkNs: median(checkNs), hmacNs: median(hmacNs), redisNs: median(redisNs) })
    }
    return results
  } finally {
    await redis.stop()
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { table } = await import('../table.mjs')
  process.stdout.write(`${table(statusListTable(await benchStatusList()))}\n`)
}

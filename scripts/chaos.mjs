/** `npm run chaos`: moves money while both services and PostgreSQL are killed, then checks the ledgers. */
import { randomInt } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { CommandError } from './command.mjs'
import { prepare } from './prepare.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } })
const seconds = Number(values.seconds ?? 60)
const seed = values.seed ?? String(randomInt(1_000_000))
if (!(seconds >= 5 && seconds <= 3_600)) {
  process.stderr.write('--seconds must be a number from 5 to 3600.\n')
  process.exit(1)
}
const keepLogsIn = `.data/chaos/${seed.replace(/[^\w.-]/g, '_')}`
// `exit` handlers of `openWorld` stop the started processes.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

try {
  await prepare()
  const { runChaos } = await import('../e2e/dist/chaos/run.js')
  const say = (line) => process.stdout.write(`${line}\n`)
  say(`\nChaos for ${seconds} s, seed ${seed}`)
  const { problems, ...counted } = await runChaos({
    isEnough: (counted) => counted.seconds >= seconds,
    seed,
    keepLogsIn,
    say,
  })
  say(
    `\n${counted.transfers} transfers, ${counted.deposits} of them to retirement, ${counted.refused} refused with insufficient_funds; ${counted.kills} kills, ${counted.killsOfPostgres} of them of PostgreSQL, ${counted.lost} responses lost, ${counted.repeated} requests repeated on purpose, ${counted.renewals} renewals`,
  )
  if (problems.length === 0)
    say('No transfer was lost or executed twice, no user was signed out, and no service exited unexpectedly.')
  else {
    say(`\n${problems.map((problem) => `  ✗ ${problem}`).join('\n')}`)
    say(`\nRepeat this run: npm run chaos -- --seconds ${seconds} --seed ${seed}\nLogs: ${keepLogsIn}`)
  }
  process.exitCode = problems.length === 0 ? 0 : 1
} catch (error) {
  process.stderr.write(`\n${error instanceof CommandError ? error.output.trim() : error.stack}\n`)
  process.exitCode = 1
}

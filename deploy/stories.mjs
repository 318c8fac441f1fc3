/** `stories.mjs [ARGUMENTS OF PLAYWRIGHT]`: the stories in a browser, against what docker compose runs. */
import { spawnSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'

// `npm test` runs these: they change rows as an operator does, or reach a service without the front door.
const leftOut = ['@database', '@direct']
// A session in one server's memory is lost among replicas, as it should be.
if ((await lookup('bank', { all: true })).length > 1) leftOut.push('@one-process')
const args = [
  'playwright',
  'test',
  '--project',
  'stories',
  '--grep-invert',
  leftOut.join('|'),
  ...process.argv.slice(2),
]
process.exit(spawnSync('npx', args, { stdio: 'inherit' }).status ?? 1)

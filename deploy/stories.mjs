/** `stories.mjs [ARGUMENTS OF PLAYWRIGHT]`: the stories in a browser, against what docker compose runs. */
import { spawnSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'

// Those that need tokens of three seconds want services that are started so: `npm test` has them.
const leftOut = ['@short-lived']
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

/** `stories.mjs [ARGUMENTS OF PLAYWRIGHT]`: runs the end-to-end tests in a browser against Docker Compose. */
import { spawnSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'

// `npm test` runs these: they change the database, or call a service without the front door.
const excludedTags = ['@database', '@direct']
// With replicas a memory session is lost at random, as designed.
if ((await lookup('bank', { all: true })).length > 1) excludedTags.push('@one-process')
const args = [
  'playwright',
  'test',
  '--project',
  'stories',
  '--grep-invert',
  excludedTags.join('|'),
  ...process.argv.slice(2),
]
process.exit(spawnSync('npx', args, { stdio: 'inherit' }).status ?? 1)

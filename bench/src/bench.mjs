/**
 * `npm run bench`: measures, prints, and keeps what was measured: `bench/results/latest.json`,
 * `docs/pictures/performance.svg` and the tables of `docs/performance.md`. With `-- --quick` in under two minutes, for
 * comparing and not for quoting: it writes `bench/results/quick.json` alone and prints its ratios beside those
 * of `latest.json`. No number makes it fail; an answer that is not the right one does.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { run } from '../../scripts/command.mjs'
import { prepare } from '../../scripts/prepare.mjs'

process.chdir(fileURLToPath(new URL('../../', import.meta.url)))
const quick = process.argv.includes('--quick')
const RESULTS = 'bench/results'
const DOCUMENT = 'docs/performance.md'
const PICTURE = 'docs/pictures/performance.svg'

await prepare()
const { measure } = await import('./measure.mjs')
const { sections } = await import('./sections.mjs')
const { besides } = await import('./besides.mjs')
const { chart } = await import('./chart.mjs')
const { filled } = await import('./document.mjs')
const { table } = await import('./table.mjs')

const report = await measure({ quick })
const say = (text) => process.stdout.write(`${text}\n`)
for (const { title, rows } of sections(report)) say(`\n${title}\n\n${table(rows)}`)

const before = existsSync(`${RESULTS}/latest.json`) && JSON.parse(readFileSync(`${RESULTS}/latest.json`, 'utf8'))
await mkdir(RESULTS, { recursive: true })
await writeFile(`${RESULTS}/${quick ? 'quick' : 'latest'}.json`, `${JSON.stringify(report, null, 2)}\n`)
if (!quick) {
  await writeFile(PICTURE, chart(report))
  await writeFile(DOCUMENT, filled(readFileSync(DOCUMENT, 'utf8'), report))
  await run('node_modules/.bin/biome', ['format', '--write', DOCUMENT, `${RESULTS}/latest.json`])
}
if (before?.goals) say(`\nBeside ${before.date.slice(0, 10)}\n\n${table(besides(report.goals, before.goals))}`)
process.exit(0)

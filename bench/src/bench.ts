import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { chart, signOutChart } from './chart.js'
import { compareRuns } from './compare-runs.js'
import { filled } from './document.js'
import { measure } from './measure.js'
import type { Report } from './report.js'
import { sections } from './sections.js'
import { table } from './table.js'

const RESULTS = 'bench/results'
const DOCUMENT = 'docs/performance.md'
const PICTURE = 'docs/pictures/performance.svg'
const SIGN_OUT_PICTURE = 'docs/pictures/sign-out.svg'

/**
 * `npm run bench`: measures, prints the tables and writes `bench/results/latest.json`, two pictures and the tables of
 * `docs/performance.md`.
 *
 * `--quick` takes under two minutes, for comparison only: it writes `bench/results/quick.json` alone and prints its ratios
 * next to those of `latest.json`. A number never fails the run. A wrong response does.
 */
export async function bench({ quick }: { readonly quick: boolean }): Promise<void> {
  const report = await measure({ quick })
  const say = (text: string) => process.stdout.write(`${text}\n`)
  for (const { title, rows } of sections(report)) say(`\n${title}\n\n${table(rows)}`)

  const latest = `${RESULTS}/latest.json`
  const before = existsSync(latest) ? (JSON.parse(readFileSync(latest, 'utf8')) as Report) : undefined
  await mkdir(RESULTS, { recursive: true })
  await writeFile(`${RESULTS}/${quick ? 'quick' : 'latest'}.json`, `${JSON.stringify(report, null, 2)}\n`)
  if (!quick) {
    await writeFile(PICTURE, chart(report))
    await writeFile(SIGN_OUT_PICTURE, signOutChart(report))
    await writeFile(DOCUMENT, filled(readFileSync(DOCUMENT, 'utf8'), report))
    await promisify(execFile)('node_modules/.bin/biome', ['format', '--write', DOCUMENT, latest])
  }
  if (before) say(`\nCompared with ${before.date.slice(0, 10)}\n\n${table(compareRuns(report.goals, before.goals))}`)
}

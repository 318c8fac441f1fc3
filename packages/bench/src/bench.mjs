/** `npm run bench`: measures, prints, and keeps what was measured. */
import { benchStatusList, statusListTable } from './status-list/run.mjs'
import { table } from './table.mjs'

process.stdout.write(`\nA status list, as a verifier holds it\n\n${table(statusListTable(await benchStatusList()))}\n`)

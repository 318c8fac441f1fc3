// Generates the Prisma client of the workspace in the current directory, without a download.
//
// The CLI downloads the schema engine before every command, although `generate` does not run it. Any existing executable
// prevents that, so this passes Node itself.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

const cli = createRequire(`${process.cwd()}/`).resolve('prisma/build/index.js')
const { status, error } = spawnSync(process.execPath, [cli, 'generate', '--no-hints'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
  },
})
if (error) throw error
process.exitCode = status ?? 1

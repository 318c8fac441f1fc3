// Generates the Prisma client of the workspace package that it is run in, without a download.
//
// The command line tool fetches the schema engine's binary before every command, although generating does not run it.
// Any executable that exists stops it from looking further, so it is given Node itself.
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

import { existsSync, readFileSync } from 'node:fs'
import { run } from './command.mjs'
import { step } from './progress.mjs'

/** npm's record of the installed packages, compared with the lockfile. */
const INSTALLED = 'node_modules/.package-lock.json'

/**
 * Installs packages that are missing or differ from the lockfile, generates code and builds. Development packages are needed
 * with NODE_ENV=production too.
 */
export async function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node.js ${process.versions.node} is too old: Signet needs 20.19 or newer.`)
  }
  if (installIsStale()) {
    await step('Installing packages from the lockfile', () =>
      run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']),
    )
  }
  await step('Generating and building', () =>
    run('node_modules/.bin/turbo', ['run', 'build', '--output-logs=errors-only']),
  )
}

function installIsStale() {
  if (!existsSync(INSTALLED)) return true
  const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages
  const present = JSON.parse(readFileSync(INSTALLED, 'utf8')).packages
  return Object.entries(wanted).some(
    // npm leaves out optional packages of other platforms. Workspaces are links without a version.
    ([path, { version, optional }]) =>
      path.includes('node_modules/') && !optional && (!present[path] || present[path].version !== version),
  )
}

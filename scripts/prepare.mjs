import { existsSync, readFileSync } from 'node:fs'
import { run } from './command.mjs'
import { step } from './progress.mjs'

/** What npm put into node_modules, in its own words; the lockfile says what should be there. */
const INSTALLED = 'node_modules/.package-lock.json'

/**
 * From a fresh clone to built services: installs what is missing or older than the lockfile, generates, builds. What builds
 * is needed with NODE_ENV=production too.
 */
export async function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node.js ${process.versions.node} is too old: Signet needs 20.19 or newer.`)
  }
  if (installIsStale()) {
    await step('Installing packages, as the lockfile says', () =>
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
    // Optional packages are those of other platforms; npm leaves them out. Links are the workspaces themselves.
    ([path, { version, link, optional }]) =>
      path.includes('node_modules/') && !link && !optional && present[path]?.version !== version,
  )
}

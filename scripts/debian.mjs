import { existsSync, readFileSync } from 'node:fs'
import { run } from './command.mjs'

/** Installs a package, as root on Debian. False where that cannot be done. */
export async function installDebian(name) {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  if (process.getuid?.() !== 0 || !/^ID(_LIKE)?=.*debian/m.test(release)) return false
  // A package that is a server must not be started as one: the tests start their own.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  // Two test files may want two packages at once: whoever is second waits.
  const lock = ['-o', 'DPkg::Lock::Timeout=300']
  await run('apt-get', ['update', '-qq', ...lock], { env })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...lock, name], { env })
  return true
}

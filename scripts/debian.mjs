import { existsSync, readFileSync } from 'node:fs'
import { run } from './command.mjs'

/** Installs a package as root on Debian. Returns false on other systems. */
export async function installDebian(name) {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  if (process.getuid?.() !== 0 || !/^ID(_LIKE)?=.*debian/m.test(release)) return false
  // Keeps a server package from starting its service: the tests start their own.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  // Two test files may install packages concurrently: the second waits.
  const lock = ['-o', 'DPkg::Lock::Timeout=300']
  await run('apt-get', ['update', '-qq', ...lock], { env })
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...lock, name], { env })
  return true
}

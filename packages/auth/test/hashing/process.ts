import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

export const procfs = { skip: existsSync('/proc/self/task') ? false : 'needs Linux: it looks into /proc' }

/** Returns the fields of /proc/…/stat after the name of the command: state, parent, … */
export const statOf = (path: string) => {
  const text = readFileSync(path, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Returns the pid of this process's hashing process. */
export function hashingPid(): number {
  const found = readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      return (
        statOf(`/proc/${name}/stat`)[1] === String(process.pid) &&
        /hashing/.test(readFileSync(`/proc/${name}/cmdline`, 'utf8'))
      )
    } catch {
      return false
    }
  })
  assert.equal(found.length, 1, 'one process hashes')
  return Number(found[0])
}

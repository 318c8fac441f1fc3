// Docker commands for the container tests.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export const root = fileURLToPath(new URL('../../..', import.meta.url))
const run = promisify(execFile)

/** What a failed command printed. */
interface CommandFailure extends Error {
  readonly stdout?: string
  readonly stderr?: string
}

export async function docker(...args: readonly string[]): Promise<string> {
  const options = { cwd: root, maxBuffer: 1 << 26, timeout: 1_200_000 }
  const { stdout } = await run('docker', args, options).catch((error: CommandFailure) => {
    const said = [error.stdout, error.stderr].map((text) => text?.trim().slice(-4_000)).filter(Boolean)
    throw new Error(`docker ${args.join(' ')}: ${said.join('\n') || error.message}`)
  })
  return stdout.trim()
}

/** Fails with a sentence when no engine responds. */
export async function requireEngine(): Promise<void> {
  await docker('info').catch(() => {
    throw new Error('These tests need a running Docker Engine with Compose: `docker info` failed.')
  })
}

/** Returns the commit under test, for the label of the image. */
export async function commit(): Promise<string> {
  const { stdout } = await run('git', ['rev-parse', 'HEAD'], { cwd: root })
  return stdout.trim()
}

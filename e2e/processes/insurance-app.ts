// Starts the insurance app as a process, with Debian's Python or another one that has its packages.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { freePort, until } from '@signet/testing'

export const folder = fileURLToPath(new URL('../../../examples/insurance-python', import.meta.url))

/** Returns the path of a Python that has the app's packages. */
function usable(name: string): string[] {
  const script = 'import flask, jwt, cryptography, waitress, sys; print(sys.executable)'
  const { status, stdout } = spawnSync(name, ['-c', script], { encoding: 'utf8' })
  return status === 0 ? [stdout.trim()] : []
}
/** Undefined when this machine has none. */
export const [python] = ['/usr/bin/python3', 'python3'].flatMap(usable)
/** Option of tests that need the app. */
export const needsPython = {
  skip: python === undefined && 'needs Python 3 with flask, jwt, cryptography and waitress',
}

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true))
    socket.on('error', () => resolve(false))
    socket.on('connect', () => socket.end())
  })

/** The running app. */
export interface InsuranceApp {
  readonly name: string
  readonly url: string
  stop(): Promise<void>
}

/** Starts the app of a folder. */
export async function startInsurance(
  env: Readonly<Record<string, string>>,
  from: string = folder,
): Promise<InsuranceApp> {
  if (python === undefined) throw new Error('There is no Python with the packages of the insurance app.')
  const port = await freePort()
  const child = spawn(python, ['-B', 'app.py'], {
    cwd: from,
    env: { PORT: String(port), ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let output = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const exited = once(child, 'exit')
  const ready = until(
    async () => child.exitCode !== null || (await isListening(port)),
    (done) => done,
    { what: 'the insurance app' },
  )
  await ready
  if (child.exitCode !== null) throw new Error(output)
  return {
    name: 'insurance',
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

import { spawn } from 'node:child_process'

/** Turns off telemetry and update checks of every command. */
const QUIET_ENVIRONMENT = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }

/** Error of a failed command. `output` contains its stdout and stderr. */
export class CommandError extends Error {
  constructor(command, status, output) {
    super(`${command} ended with ${status}`)
    this.output = output
  }
}

/** Runs a command and returns its output. `onOutput` receives the output as it arrives. Throws {@link CommandError}. */
export function run(command, args, { env = {}, onOutput } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...QUIET_ENVIRONMENT, ...env },
    })
    let output = ''
    const collect = (chunk) => {
      output += chunk
      onOutput?.(chunk)
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output)
      else reject(new CommandError([command, ...args].join(' '), signal ?? code, output))
    })
  })
}

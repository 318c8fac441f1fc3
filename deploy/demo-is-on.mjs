/** Whether a job makes the demo's users: by the rule of the services, from the same variables. */
import { readDemo } from '@signet/service'

export function demoIsOn() {
  try {
    return readDemo(process.env) !== false
  } catch (error) {
    if (error.name !== 'ConfigError') throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

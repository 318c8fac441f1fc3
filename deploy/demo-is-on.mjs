/** Returns whether a job adds the demo users, by the services' rule and from the same variables. */
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

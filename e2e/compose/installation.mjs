// Runs docker-compose.yml under its own project name and port.
import { freePort } from '@signet/testing'
import { commit, docker, requireEngine } from './engine.mjs'

export const PROJECT = `signet-test-${process.pid}`
export const PORT = await freePort()
process.env.COMPOSE_PROJECT_NAME = PROJECT
process.env.SIGNET_PORT = String(PORT)
// Avoids a running installation on this machine.
process.env.SIGNET_FRONT_SUBNET = `10.214.${process.pid % 256}.0/24`
process.env.SIGNET_COMMIT = await commit()

export const compose = (...args) => docker('compose', ...args)

/** Returns the arguments that scale both services. */
export const scale = (bank, retirement = bank) => ['--scale', `bank=${bank}`, '--scale', `retirement=${retirement}`]

/** Starts missing containers and waits until all are healthy. */
export const up = (...args) => compose('up', '-d', '--wait', '--no-build', ...args)

/** Removes containers of earlier, interrupted runs of these tests. */
async function removeLeftovers() {
  for (const { Name } of JSON.parse(await docker('compose', 'ls', '--all', '--format', 'json'))) {
    const [, pid] = /^signet-test-(\d+)$/.exec(Name) ?? []
    if (pid && !isRunning(Number(pid))) await docker('compose', '-p', Name, 'down', '--volumes', '--timeout', '1')
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Builds the image, starts the installation and returns the start time in ms. */
export async function install(...args) {
  await requireEngine()
  await removeLeftovers()
  await compose('build', 'bank')
  const startedAt = performance.now()
  await up(...args)
  return performance.now() - startedAt
}

export const uninstall = () =>
  compose('--profile', '*', 'down', '--volumes', '--timeout', '1', '--remove-orphans').catch((error) => {
    // Must not hide the failure of a test.
    process.stderr.write(`${error.message}\n`)
  })

/** Returns the ids of a service's running containers. */
export const replicas = async (service) => (await compose('ps', '-q', service)).split('\n').filter(Boolean)

/** Returns the address of a container behind the front door. */
export async function addressOf(id) {
  const networks = JSON.parse(await docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', id))
  return networks[`${PROJECT}_front`].IPAddress
}

// The project's own docker-compose.yml, under a project's name and at a port of its own.
import { freePort } from '@signet/testing'
import { commit, docker, requireEngine } from './engine.mjs'

export const PROJECT = `signet-test-${process.pid}`
export const PORT = await freePort()
process.env.COMPOSE_PROJECT_NAME = PROJECT
process.env.SIGNET_PORT = String(PORT)
// Beside an installation that runs on this machine.
process.env.SIGNET_FRONT_SUBNET = `10.214.${process.pid % 256}.0/24`
process.env.SIGNET_COMMIT = await commit()

export const compose = (...args) => docker('compose', ...args)

/** How many replicas of each service, as arguments. */
export const scale = (bank, retirement = bank) => ['--scale', `bank=${bank}`, '--scale', `retirement=${retirement}`]

/** Starts what does not run, and returns when it can be used. */
export const up = (...args) => compose('up', '-d', '--wait', '--no-build', ...args)

/** Removes what an earlier run of these tests, which was ended in the middle, left running. */
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

/** Builds the image, starts it, and tells how long the start took. */
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
    // What failed before is the news; this is not.
    process.stderr.write(`${error.message}\n`)
  })

/** The ids of a service's running containers. */
export const replicas = async (service) => (await compose('ps', '-q', service)).split('\n').filter(Boolean)

/** Where a container is reached without the front door. */
export async function addressOf(id) {
  const networks = JSON.parse(await docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', id))
  return networks[`${PROJECT}_front`].IPAddress
}

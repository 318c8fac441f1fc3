// Runs docker-compose.yml under its own project name and port.
import assert from 'node:assert/strict'
import { freePort } from '@signet/testing'
import type { ServiceName } from '../processes/services.js'
import { commit, docker, requireEngine } from './engine.js'

export const PROJECT = `signet-test-${process.pid}`
export const PORT = await freePort()
process.env.COMPOSE_PROJECT_NAME = PROJECT
process.env.SIGNET_PORT = String(PORT)
// Avoids a running installation on this machine.
process.env.SIGNET_FRONT_SUBNET = `10.214.${process.pid % 256}.0/24`
process.env.SIGNET_COMMIT = await commit()

export const compose = (...args: readonly string[]): Promise<string> => docker('compose', ...args)

/** Returns the arguments that scale both services. */
export const scale = (bank: number, retirement = bank): string[] => [
  '--scale',
  `bank=${bank}`,
  '--scale',
  `retirement=${retirement}`,
]

/** Starts missing containers and waits until all are healthy. */
export const up = (...args: readonly string[]): Promise<string> => compose('up', '-d', '--wait', '--no-build', ...args)

/** Removes containers of earlier, interrupted runs of these tests. */
async function removeLeftovers(): Promise<void> {
  const projects: { readonly Name: string }[] = JSON.parse(await docker('compose', 'ls', '--all', '--format', 'json'))
  for (const { Name } of projects) {
    const [, pid] = /^signet-test-(\d+)$/.exec(Name) ?? []
    if (pid && !isRunning(Number(pid))) await docker('compose', '-p', Name, 'down', '--volumes', '--timeout', '1')
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Builds the image, starts the installation and returns the start time in ms. */
export async function install(...args: readonly string[]): Promise<number> {
  await requireEngine()
  await removeLeftovers()
  await compose('build', 'bank')
  const startedAt = performance.now()
  await up(...args)
  return performance.now() - startedAt
}

export async function uninstall(): Promise<void> {
  await compose('--profile', '*', 'down', '--volumes', '--timeout', '1', '--remove-orphans').catch((error: Error) => {
    // Must not hide the failure of a test.
    process.stderr.write(`${error.message}\n`)
  })
}

/** Returns the ids of a service's running containers. */
export const replicas = async (service: ServiceName): Promise<string[]> =>
  (await compose('ps', '-q', service)).split('\n').filter(Boolean)

/** Returns the id of one of a service's running containers. */
export async function oneReplica(service: ServiceName): Promise<string> {
  const [id] = await replicas(service)
  return id ?? assert.fail(`no container of ${service} is running`)
}

/** Returns the address of a container behind the front door. */
export async function addressOf(id: string): Promise<string> {
  const networks: Readonly<Record<string, { readonly IPAddress: string }>> = JSON.parse(
    await docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', id),
  )
  return networks[`${PROJECT}_front`]?.IPAddress ?? assert.fail(`${id} is not behind the front door`)
}

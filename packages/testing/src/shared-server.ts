import { type OwnServer, openOwnServer } from './own-server.js'
import { runServerUrl } from './run.js'

let own: Promise<OwnServer> | undefined
let users = 0

/**
 * Returns the administrator's URL of the server that all test files of a run share. A test file that runs alone starts its own,
 * and {@link releaseSharedServer} stops it after its last use.
 */
export async function sharedServerUrl(): Promise<string> {
  if (runServerUrl !== undefined) return runServerUrl
  users += 1
  own ??= openOwnServer()
  return (await own).adminUrl
}

/** Stops the server that this process started, after its last use. */
export async function releaseSharedServer(): Promise<void> {
  if (runServerUrl !== undefined) return
  users -= 1
  if (users > 0) return
  const server = await own
  own = undefined
  await server?.remove()
}

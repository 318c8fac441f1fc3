import { type OwnServer, openOwnServer } from './own-server.js'
import { runServerUrl } from './run.js'

let own: Promise<OwnServer> | undefined
let users = 0

/**
 * The administrator's URL of the server that all test files of a run share. A test file that runs alone starts one for
 * itself; {@link releaseSharedServer} ends it after its last user.
 */
export async function sharedServerUrl(): Promise<string> {
  if (runServerUrl !== undefined) return runServerUrl
  users += 1
  own ??= openOwnServer()
  return (await own).adminUrl
}

/** Ends the server that this process started, when no test of it uses it any more. */
export async function releaseSharedServer(): Promise<void> {
  if (runServerUrl !== undefined) return
  users -= 1
  if (users > 0) return
  const server = await own
  own = undefined
  await server?.remove()
}

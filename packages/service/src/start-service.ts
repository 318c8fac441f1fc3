import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { ConfigError } from './config/read.js'

/** A reason not to start, as one line that names a variable and what it expects. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Requests under way get this long to finish after SIGTERM or SIGINT. */
const CLOSE_DELAY_MS = 4_500

/**
 * Listens, and on SIGTERM or SIGINT stops taking connections, finishes what is under way and exits. What stops the
 * start is printed as one line each, with exit code 1: no stack trace for a typing mistake.
 */
export async function startService(
  service: string,
  build: () => Promise<{ app: FastifyInstance; host: string; port: number }>,
): Promise<void> {
  try {
    const { app, host, port } = await build()
    const guard = closeWithGrace({ delay: CLOSE_DELAY_MS, logger: false }, async ({ err, signal }) => {
      if (err) app.log.fatal({ err }, 'unexpected error, closing')
      else app.log.info({ signal }, 'closing')
      await app.close()
    })
    app.addHook('onClose', async () => guard.uninstall())
    await app.listen({ host, port }).catch((error: unknown) => {
      throw listenError(error, host, port)
    })
    // The process that started this one with a channel learns that it can be used. If it has ended, the callback gets the
    // error: without one it would end this process too.
    process.send?.('listening', undefined, undefined, () => {})
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StartError)) throw error
    for (const line of error.message.split('\n')) process.stderr.write(`${service} cannot start: ${line}\n`)
    process.exit(1)
  }
}

/** @throws {StartError} when what a variable names does not answer, as one line. */
export async function requireReachable(
  variable: string,
  expected: string,
  attempt: () => Promise<unknown>,
): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').trim().slice(0, 200) : 'no answer'
    throw new StartError(`${variable} must name ${expected}: ${reason}`)
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return new StartError(`PORT ${port} on ${host} is taken by another program`)
  if (code === 'EACCES') return new StartError(`PORT ${port} may not be opened by this user: use one above 1023`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new StartError(`HOST ${host} is not an address of this machine`)
  return error
}

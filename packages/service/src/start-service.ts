import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { ConfigError } from './config/read.js'

/** Error that stops the start: one line with the variable and the expected value. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Time for pending requests after SIGTERM or SIGINT. */
const CLOSE_DELAY_MS = 4_500

/**
 * Starts listening. On SIGTERM or SIGINT it drains (see `http/closing.ts`), finishes pending requests and exits. Prints each
 * ConfigError or StartError as one line without a stack and exits with 1. Other errors are thrown.
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
    // Notifies a parent process that this one is ready. If the parent has exited, the callback receives the error, which would
    // otherwise end this process too.
    process.send?.('listening', undefined, undefined, () => {})
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof StartError)) throw error
    for (const line of error.message.split('\n')) process.stderr.write(`${service} cannot start: ${line}\n`)
    process.exit(1)
  }
}

/** Throws a {@link StartError} with one line when the dependency that a variable names does not respond. */
export async function requireReachable(
  variable: string,
  expected: string,
  attempt: () => Promise<unknown>,
): Promise<void> {
  try {
    await attempt()
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ').trim().slice(0, 200) : 'no response'
    throw new StartError(`${variable} must name ${expected}: ${reason}`)
  }
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return new StartError(`PORT ${port} on ${host} is in use by another program`)
  if (code === 'EACCES') return new StartError(`PORT ${port} needs more privileges. Use a port above 1023`)
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new StartError(`HOST ${host} is not an address of this machine`)
  return error
}

/** `npm start`: builds a fresh clone and starts both services. */
import { fileURLToPath } from 'node:url'
import { CommandError } from './command.mjs'
import { prepare } from './prepare.mjs'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))

/** Resolves at the first Ctrl-C or SIGTERM. Later signals are ignored while the services stop. */
const asked = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(signal))
})

try {
  process.stdout.write('\nSignet\n\n')
  await prepare()
  const { startDemo } = await import('./demo.mjs')
  const { DEMO_USERS } = await import('@signet/contracts/demo-users')
  const demo = await startDemo(process.env)
  const users = demo.isDemo ? Object.values(DEMO_USERS) : []
  process.stdout.write(`
  Bank         ${demo.bankUrl}
  Retirement   ${demo.retirementUrl}
${demo.isDemo ? `  The tour     ${demo.bankUrl}/tour\n` : ''}${users.map(({ username, password }, index) => `\n  ${index === 0 ? 'Sign in as' : '        or'}   ${username} / ${password}`).join('')}

  Logs are in ${demo.dataDir}/logs. Press Ctrl-C to stop.

`)
  const cause = await Promise.race([asked, demo.ended])
  process.stdout.write(`\n  ${cause.startsWith('SIG') ? 'Stopping' : `${cause}, stopping the rest`} …\n`)
  await demo.stop()
  process.exit(cause.startsWith('SIG') ? 0 : 1)
} catch (error) {
  if (error instanceof CommandError) process.stderr.write(`\n${error.output.trim()}\n`)
  const known =
    error instanceof CommandError ||
    error.name === 'Error' ||
    /^(DemoError|DatabaseStartError)$/.test(error.constructor.name)
  process.stderr.write(`\n${known ? error.message : error.stack}\n\n`)
  process.exit(1)
}

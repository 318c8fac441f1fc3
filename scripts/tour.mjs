/**
 * `npm run tour`: runs the guided tour in a visible browser, for a presenter.
 * `npm run tour -- --headless`: runs it without a window and takes the pictures of the documents.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { prepare } from './prepare.mjs'

const USAGE = `Usage: npm run tour -- [--pause seconds] [--url bank] [--headless]

  --pause     seconds that each page stays, 0 to 600 (default 4)
  --url       bank URL of a running demo, such as http://bank.signet.localhost:3001.
              Default: the demo on BANK_PORT, started if necessary
  --headless  no window and no pauses: writes docs/pictures/tour*.png
`
const MAX_PAUSE_SECONDS = 600

/** Reads the arguments. Throws an error with the usage text for invalid ones. */
function settings() {
  try {
    const { values } = parseArgs({
      options: {
        pause: { type: 'string', default: '4' },
        url: { type: 'string' },
        headless: { type: 'boolean', default: false },
      },
    })
    const pause = Number(values.pause)
    if (!(values.pause !== '' && pause >= 0 && pause <= MAX_PAUSE_SECONDS))
      throw new Error('--pause must be a number of seconds from 0 to 600')
    if (values.url !== undefined && !URL.canParse(values.url)) throw new Error('--url must be the URL of the bank')
    return { pause, url: values.url && new URL(values.url).origin, headless: values.headless }
  } catch (error) {
    throw new Error(`${error.message}\n\n${USAGE}`)
  }
}

/** Returns whether a demo listens on this port: a page under a loopback name redirects to its public URL. */
const hasTour = (port) =>
  fetch(`http://127.0.0.1:${port}/tour`, { redirect: 'manual', signal: AbortSignal.timeout(2_000) }).then(
    ({ headers }) => headers.get('location') === `http://bank.signet.localhost:${port}/tour`,
    () => false,
  )

async function playwright(args, env) {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve('@playwright/test/cli')), 'test', ...args], {
    cwd: fileURLToPath(new URL('../e2e', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  const [code] = await once(child, 'exit')
  return code ?? 1
}

async function present({ pause, url }) {
  const { demoSettings, startDemo } = await import('./demo.mjs')
  const port = demoSettings(process.env).ports.bank
  const running = url ?? ((await hasTour(port)) ? `http://bank.signet.localhost:${port}` : undefined)
  const demo = running === undefined ? await startDemo(process.env) : undefined
  try {
    return await playwright(['--project=presenter', '--headed'], {
      TOUR_URL: running ?? demo.bankUrl,
      TOUR_PAUSE_SECONDS: String(pause),
    })
  } finally {
    await demo?.stop()
  }
}

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
try {
  const asked = settings()
  const hasScreen = process.platform !== 'linux' || 'DISPLAY' in process.env || 'WAYLAND_DISPLAY' in process.env
  if (!asked.headless && !hasScreen) throw new Error('No display found. Use --headless, or set DISPLAY.')
  await prepare()
  process.exitCode = asked.headless
    ? await playwright(['--project=pictures', 'pictures/tour'], {})
    : await present(asked)
} catch (error) {
  process.stderr.write(`\n${error.message}\n`)
  process.exitCode = 1
}

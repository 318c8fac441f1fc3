import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './command.mjs'
import { installDebian } from './debian.mjs'

/** Debian's headless shell of Chromium, which starts faster. */
const HEADLESS_SHELL = '/usr/bin/chromium-headless-shell'
const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * Returns the path of a Chromium: an installed one, else Playwright's, else, as root on Debian, the package.
 *
 * @param {{ headless?: boolean }} [options] `headless: false` finds a whole browser, which can show a window and has a
 *   back/forward cache. Else a headless shell comes first.
 * @returns {Promise<string>}
 */
export async function findChromium({ headless = true } = {}) {
  const named = process.env.CHROMIUM_PATH
  if (named && (headless || !/headless[-_]shell/.test(named))) return named
  return (await installed(headless)) ?? (await playwrights(headless)) ?? (await debians(headless)) ?? missing()
}

async function installed(headless) {
  const browser = BROWSERS.find(existsSync)
  if (!headless) return browser
  return [HEADLESS_SHELL].find(existsSync) ?? (await playwrightsShell()) ?? browser
}

async function playwrights(headless) {
  const { chromium } = await import('@playwright/test')
  const present = async () =>
    (headless ? await playwrightsShell() : undefined) ?? [chromium.executablePath()].find(existsSync)
  const found = await present()
  if (found) return found
  try {
    await run('node_modules/.bin/playwright', ['install', ...(headless ? ['--only-shell'] : []), 'chromium'])
  } catch {
    return undefined
  }
  return present()
}

/** Returns the path of Playwright's headless shell. Playwright only exposes the path of its full browser. */
async function playwrightsShell() {
  const { chromium } = await import('@playwright/test')
  const [, browsers, revision] = /^(.*)[\\/]chromium-(\d+)[\\/]/.exec(chromium.executablePath()) ?? []
  const folder = join(browsers ?? '', `chromium_headless_shell-${revision}`)
  if (!existsSync(folder)) return undefined
  return readdirSync(folder)
    .flatMap((name) => ['chrome-headless-shell', 'headless_shell'].map((file) => join(folder, name, file)))
    .find(existsSync)
}

async function debians(headless) {
  // Some Debian derivatives have no package of the shell.
  const packages = headless ? ['chromium-headless-shell', 'chromium'] : ['chromium']
  for (const name of packages) {
    try {
      return (await installDebian(name)) ? installed(headless) : undefined
    } catch (error) {
      if (name === packages.at(-1)) throw error
    }
  }
}

/** @returns {never} */
function missing() {
  throw new Error('No Chromium found and none could be installed. Install one, or set CHROMIUM_PATH.')
}

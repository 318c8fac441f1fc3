import { existsSync } from 'node:fs'
import { run } from './command.mjs'
import { installDebian } from './debian.mjs'

const INSTALLED = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The path of a Chromium: one that is installed, else Playwright's, else, as root on Debian, the package. */
export async function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named) return named
  return INSTALLED.find(existsSync) ?? (await playwrights()) ?? (await debians()) ?? missing()
}

async function playwrights() {
  const { chromium } = await import('@playwright/test')
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  try {
    await run('node_modules/.bin/playwright', ['install', 'chromium'])
  } catch {
    return undefined
  }
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined
}

async function debians() {
  return (await installDebian('chromium')) ? INSTALLED.find(existsSync) : undefined
}

/** @returns {never} */
function missing() {
  throw new Error('No Chromium was found and none could be installed: install one, or name it with CHROMIUM_PATH=…')
}

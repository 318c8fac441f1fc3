import { DEMO_USERS } from '@signet/contracts/demo-users'
import { findChromium } from '@signet/scripts/chromium'
import puppeteer, { type Page } from 'puppeteer-core'
import type { Services } from '../services.js'

/**
 * Measures sign-outs in a real browser: from the response to the sign-out, which a page of the bank sends, until a tab of
 * retirement is hidden. Returns the times in ms.
 */
export async function tabsAfterSignOut({ demo }: Services, signOuts: number): Promise<number[]> {
  const browser = await puppeteer.launch({
    executablePath: await findChromium(),
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  })
  try {
    const [bank, retirement] = [await browser.newPage(), await browser.newPage()]
    const times: number[] = []
    await bank.goto(`${demo.bankUrl}/docs`)
    while (times.length < signOuts) {
      await post(bank, '/api/login', { username: DEMO_USERS.ada.username, password: DEMO_USERS.ada.password })
      await retirement.goto(demo.retirementUrl)
      const hidden = retirement.evaluate(whenHidden)
      const signedOutAt = await post(bank, '/api/logout')
      times.push((await hidden) - signedOutAt)
    }
    return times
  } finally {
    await browser.close()
  }
}

/** Sends a request as a script of the page. Returns when the response arrived, in ms since 1970. */
const post = (page: Page, path: string, body?: object): Promise<number> =>
  page.evaluate(
    async (path, json) => {
      const init = json === undefined ? {} : { body: json, headers: { 'content-type': 'application/json' } }
      const { status } = await fetch(path, { method: 'POST', ...init })
      if (status !== 200) throw new Error(`${path} responded ${status}`)
      return performance.timeOrigin + performance.now()
    },
    path,
    body && JSON.stringify(body),
  )

/** Runs in the page: resolves with the time at which it is hidden, in ms since 1970. */
function whenHidden(): Promise<number> {
  const page = document.documentElement
  return new Promise((resolve) => {
    new MutationObserver(() => {
      if ('hidden' in page.dataset) resolve(performance.timeOrigin + performance.now())
    }).observe(page, { attributes: true })
  })
}

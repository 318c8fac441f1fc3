// In Firefox: signing in at both apps, and open pages after a sign-out.
import { existsSync } from 'node:fs'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { addCustomer, expect, type Person, test } from '../support/test.js'

const FIREFOX = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr'
const WAIT = { timeout: 60_000 }

const isMissing = !existsSync(FIREFOX)
if (isMissing) console.log(`  Skipped: Firefox is not at ${FIREFOX}. Install firefox-esr.`)
test.skip(isMissing, `Firefox is not at ${FIREFOX}`)

let firefox: Browser
test.beforeAll(async () => {
  firefox = await puppeteer.launch({ browser: 'firefox', executablePath: FIREFOX, headless: true })
})
test.afterAll(() => firefox?.close())

async function signIn(page: Page, url: string, { username, password, name }: Person): Promise<void> {
  await page.goto(url)
  await page.locator('input[name=username]').setTimeout(WAIT.timeout).fill(username)
  await page.locator('input[name=password]').fill(password)
  await page.locator('main form button[type=submit]').click()
  await page.waitForFunction((text) => document.querySelector('.person')?.textContent === text, WAIT, name)
}

async function expectSignedOutNotice(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const main = document.querySelector('main')
    return document.querySelector('.session-notice.signed-out') && main && getComputedStyle(main).display === 'none'
  }, WAIT)
}

test('in Firefox, one sign-in is valid at both apps, and a sign-out hides every open page', async ({
  apps,
  person,
}) => {
  await addCustomer(apps, person)
  const context = await firefox.createBrowserContext()
  const bank = await context.newPage()
  await signIn(bank, apps.bank, person)
  const [plan, leaving] = [await context.newPage(), await context.newPage()]
  for (const page of [plan, leaving]) {
    await page.goto(apps.retirement)
    expect(await page.$eval('.person', ({ textContent }) => textContent)).toBe(person.name)
  }
  await leaving.locator('button.sign-out').click()
  await leaving.waitForFunction(() => location.pathname === '/sign-in', WAIT)
  // The tab that is looked at notices.
  for (const page of [bank, plan]) {
    await page.bringToFront()
    await expectSignedOutNotice(page)
  }
  await context.close()
})

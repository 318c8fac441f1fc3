// A browser whose settings block all cookies. Only a whole Chromium reads its settings.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { ownDefaults } from '../support/own-defaults.js'
import { addCustomer, expect, signIn, test } from '../support/test.js'

test('a browser that blocks cookies names the problem, and keeps the username', async ({ apps, person }) => {
  await addCustomer(apps, person)
  const profile = await mkdtemp(join(tmpdir(), 'signet-no-cookies-'))
  await mkdir(join(profile, 'Default'))
  const settings = { profile: { default_content_setting_values: { cookies: 2 } } }
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(settings))
  const context = await chromium.launchPersistentContext(profile, ownDefaults.launchOptions)
  try {
    const page = await context.newPage()
    await page.goto(apps.bank)
    await signIn(page, person)
    await expect(page.getByRole('alert')).toContainText(`Allow cookies for ${apps.bank}`)
    await expect(page.getByLabel('Username')).toHaveValue(person.username)
    expect(await context.cookies()).toEqual([])
  } finally {
    await context.close()
    await rm(profile, { recursive: true, force: true })
  }
})

import type { Page } from '@playwright/test'
import { expect, expectSignedIn, openAccount, test } from '../support/test.js'

/** What the panel of the open page says under a term. */
async function underTheHood(page: Page, term: string): Promise<string> {
  const panel = page.getByRole('contentinfo').getByRole('group').filter({ hasText: 'Under the hood' })
  if ((await panel.getAttribute('open')) === null) await panel.getByText('Under the hood').click()
  const named = panel.locator('dt').filter({ hasText: new RegExp(`^${term}$`) })
  return (await named.locator('xpath=following-sibling::dd').textContent()) ?? ''
}

test('each page tells how its own request was recognised, in the numbers of its own answer', async ({
  page,
  apps,
  person,
}) => {
  await page.goto(`${apps.bank}/sign-in`)
  expect(await underTheHood(page, 'Remembered by')).toContain('no sign-in was sent')
  await openAccount(page, apps, person)
  for (const [app, process] of [
    [apps.bank, /bank-/],
    [apps.retirement, /retirement-/],
  ] as const) {
    // The first request to a process may fetch the list of ended sign-ins; the second finds it.
    await page.goto(app)
    const answer = await page.goto(app)
    await expectSignedIn(page, person.name)
    const timing = answer?.headers()['server-timing'] ?? ''
    expect(timing).toMatch(/^auth;dur=[\d.]+$/)
    expect(await underTheHood(page, 'Remembered by')).toContain('signed token')
    expect(await underTheHood(page, 'Answered by')).toMatch(process)
    expect(await underTheHood(page, 'Had to ask')).toContain('nobody: the signature was checked here')
    expect(await underTheHood(page, 'Recognised in')).toBe(`${timing.split('=')[1]} ms`)
    expect(await underTheHood(page, 'Ended sign-ins')).toMatch(/in memory, \d+\.\d s old/)
    expect(await underTheHood(page, 'The token lives')).toMatch(/^(4 min|5 min)/)
    expect(await underTheHood(page, 'username')).toBe(person.username)
    expect(await page.content(), 'the claims, never the token').not.toMatch(/eyJ/)
  }
})

for (const [approach, timed, asked, tag] of [
  [/memory/, 'memory', 'its own memory, once', ' @one-process'],
  [/shared store/, 'store', 'the shared store, once', ''],
] as const) {
  test(`a page of somebody with a session in ${timed} says that it was looked up, and how long that took${tag}`, async ({
    page,
    apps,
    person,
  }) => {
    await openAccount(page, apps, person)
    await page.context().clearCookies()
    await page.goto(`${apps.bank}/sign-in`)
    await page.getByLabel('Username').fill(person.username)
    await page.getByLabel('Password').fill(person.password)
    await page.getByText('Compare approaches').click()
    await page.getByRole('group', { name: 'Remember me with' }).getByLabel(approach).check()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expectSignedIn(page, person.name)
    const answer = await page.reload()
    const timing = answer?.headers()['server-timing'] ?? ''
    const [, auth, lookup] = new RegExp(`^auth;dur=([\\d.]+), ${timed};dur=([\\d.]+)$`).exec(timing) ?? []
    expect(auth, timing).toBeDefined()
    expect(await underTheHood(page, 'Had to ask')).toContain(asked)
    expect(await underTheHood(page, 'Recognised in')).toContain(`${auth} ms, ${lookup} ms of it the lookup`)
    expect(await underTheHood(page, 'The session lives')).toMatch(/^11 h/)
    const cookies = await page.context().cookies()
    const html = await page.content()
    for (const { value } of cookies.filter(({ httpOnly }) => httpOnly)) expect(html).not.toContain(value)
  })
}

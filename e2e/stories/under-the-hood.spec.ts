import type { Page } from '@playwright/test'
import { expect, expectSignedIn, openAccount, test } from '../support/test.js'

/** The value of a term in the panel of the open page. */
async function underTheHood(page: Page, term: string): Promise<string> {
  const panel = page.getByRole('contentinfo').getByRole('group').filter({ hasText: 'Under the hood' })
  if ((await panel.getAttribute('open')) === null) await panel.getByText('Under the hood').click()
  const named = panel.locator('dt').filter({ hasText: new RegExp(`^${term}$`) })
  return (await named.locator('xpath=following-sibling::dd').textContent()) ?? ''
}

test('each page shows how its own request was authenticated, with the times of its Server-Timing header', async ({
  page,
  apps,
  person,
}) => {
  await page.goto(`${apps.bank}/sign-in`)
  expect(await underTheHood(page, 'Authenticated by')).toContain('no token and no session')
  await openAccount(page, apps, person)
  for (const [app, process] of [
    [apps.bank, /bank-/],
    [apps.retirement, /retirement-/],
  ] as const) {
    // The first request to a process may fetch the status list. The second finds it in memory.
    await page.goto(app)
    const answer = await page.goto(app)
    await expectSignedIn(page, person.name)
    const timing = answer?.headers()['server-timing'] ?? ''
    expect(timing).toMatch(/^auth;dur=[\d.]+$/)
    expect(await underTheHood(page, 'Authenticated by')).toContain('signed token')
    expect(await underTheHood(page, 'Answered by')).toMatch(process)
    expect(await underTheHood(page, 'Lookups')).toContain('none: this process verified the signature')
    expect(await underTheHood(page, 'Authentication time')).toBe(`${timing.split('=')[1]} ms`)
    expect(await underTheHood(page, 'Status list')).toMatch(/in memory, \d+\.\d s old/)
    expect(await underTheHood(page, 'Token expires in')).toMatch(/^(4 min|5 min)/)
    expect(await underTheHood(page, 'username')).toBe(person.username)
    expect(await page.content(), 'the page shows the claims, never the token').not.toMatch(/eyJ/)
  }
})

for (const [approach, timed, asked, tag] of [
  [/memory/, 'memory', 'one in this process’s memory', ' @one-process'],
  [/shared store/, 'store', 'one in the shared store', ''],
] as const) {
  test(`a page of a user with a session in ${timed} shows the lookup and its time${tag}`, async ({
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
    expect(await underTheHood(page, 'Lookups')).toContain(asked)
    expect(await underTheHood(page, 'Authentication time')).toContain(`${auth} ms, ${lookup} ms of it for the lookup`)
    expect(await underTheHood(page, 'Session expires in')).toMatch(/^11 h/)
    const cookies = await page.context().cookies()
    const html = await page.content()
    for (const { value } of cookies.filter(({ httpOnly }) => httpOnly)) expect(html).not.toContain(value)
  })
}

import { addCustomer, expect, openAccount, type Person, signInByApi, test } from '../support/test.js'

test.describe(() => {
  // Without a script no page notices that another user signed in: the form itself has to. The tests of each app send all its forms.
  test.use({ javaScriptEnabled: false })

  test('a form that was opened by another user changes nothing and says who is signed in now', async ({
    page,
    apps,
    person,
    complaints,
  }) => {
    const other: Person = { ...person, username: `${person.username}-2`, name: `Other ${person.name}` }
    await addCustomer(apps, other)
    await openAccount(page, apps, person)
    for (const [app, path, button, confirm] of [
      ['retirement', '/', 'Save', undefined],
      ['retirement', '/token', 'Verify the edited token', undefined],
      ['retirement', '/who-may-sign', 'Forge a token', undefined],
      ['bank', '/transfer?to=retirement&amount=1.00', 'Review', 'Send'],
    ] as const) {
      await signInByApi(page, apps, person)
      await page.goto(apps[app] + path)
      if (confirm !== undefined) await page.getByRole('button', { name: button }).click()
      await signInByApi(page, apps, other)
      await page.getByRole('button', { name: confirm ?? button, exact: true }).click()
      await expect(page.getByRole('heading', { name: 'This page was opened for another user' })).toBeVisible()
      await expect(page.getByRole('main')).toContainText(`You are signed in as ${other.name} now.`)
      await page.getByRole('link', { name: `Continue as ${other.name}` }).click()
      await expect(page.getByRole('banner').getByText(other.name)).toBeVisible()
    }
    complaints.length = 0
  })
})

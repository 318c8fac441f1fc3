import { post } from '../support/api.js'
import { addCustomer, expect, openAccount, type Person, signInByApi, test } from '../support/test.js'

test.describe(() => {
  // Without a script no page notices that another user signed in: the form itself has to.
  test.use({ javaScriptEnabled: false })

  for (const [what, app, path, button, confirm] of [
    ['the allocation', 'retirement', '/', 'Save', undefined],
    ['the sign-out at retirement', 'retirement', '/', 'Sign out', undefined],
    ['the token lab at retirement', 'retirement', '/token', 'Verify the edited token', undefined],
    ['the forgery page', 'retirement', '/who-may-sign', 'Forge a token', undefined],
    ['sign out elsewhere', 'bank', '/security', 'Sign out elsewhere', undefined],
    ['a transfer', 'bank', '/transfer?to=retirement&amount=1.00', 'Review', 'Send'],
    ['the sign-out at the bank', 'bank', '/sign-out', 'Sign out of every app', undefined],
    ['the token lab at the bank', 'bank', '/token', 'Change the claim and verify', undefined],
  ] as const) {
    test(`a form that was opened by another user changes nothing and says who is signed in now: ${what}`, async ({
      page,
      apps,
      person,
      complaints,
    }) => {
      const other: Person = { ...person, username: `${person.username}-2`, name: `Other ${person.name}` }
      await addCustomer(apps, other)
      await openAccount(page, apps, person)
      // A second session of the same user, in another browser, so that there is one to end.
      const { username, password } = person
      await post(`${apps.bank}/api/login`, { username, password })
      await page.goto(apps[app] + path)
      if (confirm !== undefined) await page.getByRole('button', { name: button }).click()
      await signInByApi(page, apps, other)
      await page.getByRole('button', { name: confirm ?? button, exact: true }).click()
      await expect(page.getByRole('heading', { name: 'This page was opened for another user' })).toBeVisible()
      await expect(page.getByRole('main')).toContainText(`You are signed in as ${other.name} now.`)
      await page.getByRole('link', { name: `Continue as ${other.name}` }).click()
      await expect(page.getByRole('banner').getByText(other.name)).toBeVisible()
      complaints.length = 0
    })
  }
})

import {
  ADA,
  addCustomer,
  askApi,
  expect,
  expectSignedIn,
  expectSignInPage,
  openAccount,
  register,
  signIn,
  test,
} from '../support/test.js'

test('someone who signs in at the bank is at once signed in at retirement', async ({ page, apps, person }) => {
  await addCustomer(apps, person)
  await page.goto(apps.bank)
  await expectSignInPage(page, apps)
  await signIn(page, person)
  await expectSignedIn(page, person.name)
  await expect(page.getByRole('heading', { name: 'Accounts' })).toBeVisible()

  await page.getByRole('link', { name: 'Retirement', exact: true }).click()
  await expect(page).toHaveURL(`${apps.retirement}/`)
  await expectSignedIn(page, person.name)
  await expect(page.getByRole('heading', { name: 'Your plan' })).toBeVisible()
  const { body } = await askApi(page, '/api/me')
  expect(body.data).toMatchObject({ username: person.username, strategy: 'jwt', service: 'retirement' })

  await page.getByRole('link', { name: 'Bank', exact: true }).click()
  await expect(page).toHaveURL(`${apps.bank}/`)
  await expectSignedIn(page, person.name)
})

test('someone who begins at retirement comes back to the very page they asked for', async ({ page, apps }) => {
  await page.goto(`${apps.retirement}/?contributions=all`)
  await expectSignInPage(page, apps)
  await signIn(page, ADA)
  await expect(page).toHaveURL(`${apps.retirement}/?contributions=all`)
  await expectSignedIn(page, ADA.name)
  expect(await page.getByRole('table', { name: 'Contributions' }).getByRole('row').count()).toBeGreaterThan(30)
})

test('someone who begins deep in the bank comes back there too', async ({ page, apps, person }) => {
  await openAccount(page, apps, person)
  await page.goto(apps.bank)
  await page.getByRole('link', { name: 'Checking' }).click()
  await expect(page.getByRole('heading', { name: 'Checking' })).toBeVisible()
  const deep = page.url()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expectSignInPage(page, apps)
  await page.goto(deep)
  await expectSignInPage(page, apps)
  await signIn(page, person)
  await expect(page).toHaveURL(deep)
})

test('a wrong password is refused in words, and the username is kept', async ({ page, apps, person, complaints }) => {
  await addCustomer(apps, person)
  await page.goto(apps.bank)
  await signIn(page, { username: person.username, password: 'difference-engine' })
  await expect(page.getByRole('alert')).toHaveText('Invalid username/password')
  await expect(page.getByLabel('Username')).toHaveValue(person.username)
  await expect(page.getByLabel('Password')).toHaveValue('')
  await signIn(page, { username: 'nobody-here', password: 'difference-engine' })
  await expect(page.getByRole('alert')).toHaveText('Invalid username/password')
  await signIn(page, person)
  await expectSignedIn(page, person.name)
  // The refusals are answered 401, and the browser says so.
  expect(complaints.splice(0)).toHaveLength(2)
})

test('a new customer registers once and is in both apps', async ({ page, apps, person }) => {
  await register(page, apps, person)
  await expectSignedIn(page, person.name)
  await expect(page.getByRole('listitem').filter({ hasText: 'Checking' })).toContainText('$5,000.00')
  await expect(page.getByRole('listitem').filter({ hasText: 'Savings' })).toContainText('$0.00')
  await page.getByRole('link', { name: 'Retirement', exact: true }).click()
  await expectSignedIn(page, person.name)
  await expect(page.getByText('There are no contributions yet.')).toBeVisible()
})

test('registering says beside each field what is wrong with it, and keeps what was typed', async ({
  page,
  apps,
  person,
  complaints,
}) => {
  await page.goto(`${apps.bank}/register`)
  await page.getByLabel('Username').fill('Ada')
  await page.getByLabel('Name', { exact: true }).fill('Somebody Else')
  await page.getByLabel('Password').fill('passwordpassword')
  await page.getByRole('button', { name: 'Open my account' }).click()
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/easy to guess/)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Open my account' }).click()
  await expect(page.getByLabel('Username')).toHaveAccessibleDescription(/taken/)
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Somebody Else')
  expect(complaints.splice(0)).toHaveLength(2)
})

test('signing in keeps the fragment of the page that was asked for', async ({ page, apps, person, complaints }) => {
  await addCustomer(apps, person)
  await page.goto(`${apps.retirement}/?contributions=all#projection`)
  await expectSignInPage(page, apps)
  await signIn(page, { username: person.username, password: 'difference-engine' })
  await expect(page.getByRole('alert')).toBeVisible()
  await signIn(page, person)
  await expect(page).toHaveURL(`${apps.retirement}/?contributions=all#projection`)
  expect(complaints.splice(0)).toHaveLength(1)
})

test('opening an account keeps the fragment too', async ({ page, apps, person }) => {
  await page.goto(`${apps.bank}/transfer?to=Savings#amount`)
  await expectSignInPage(page, apps)
  await page.getByRole('link', { name: 'Open an account' }).click()
  await expect(page).toHaveURL(/\/register\?.*#amount$/)
  await page.getByLabel('Username').fill(person.username)
  await page.getByLabel('Name', { exact: true }).fill(person.name)
  await page.getByLabel('Password').fill(person.password)
  await page.getByRole('button', { name: 'Open my account' }).click()
  await expect(page).toHaveURL(`${apps.bank}/transfer?to=Savings#amount`)
})

test('a theme chosen after a refused sign-in loses nothing of the way back', async ({
  page,
  apps,
  person,
  complaints,
}) => {
  await addCustomer(apps, person)
  const asked = `${apps.retirement}/?contributions=all`
  await page.goto(asked)
  await signIn(page, { username: person.username, password: 'difference-engine' })
  await page.getByRole('button', { name: 'Dark' }).click()
  await expectSignInPage(page, apps)
  await signIn(page, person)
  await expect(page).toHaveURL(asked)
  expect(complaints.splice(0)).toHaveLength(1)
})

test('a user whose browser sends too many cookies can delete them on the page that says so', async ({
  page,
  context,
  apps,
  complaints,
}) => {
  const domain = '.signet.localhost'
  await context.addCookies(
    Array.from({ length: 12 }, (_, index) => ({ name: `c${index}`, value: 'x'.repeat(4_000), domain, path: '/' })),
  )
  for (const url of [apps.retirement, `${apps.bank}/sign-in`]) {
    await page.goto(url)
    await expect(page.getByRole('heading', { name: 'Your browser sends too many cookies' })).toBeVisible()
  }
  await page.getByRole('button', { name: 'Delete the cookies of this site' }).click()
  await expectSignInPage(page, apps)
  await signIn(page, ADA)
  await expectSignedIn(page, ADA.name)
  expect(complaints.splice(0)).toHaveLength(2)
})

test('a page under a loopback address leads to the public one, where a sign-in lasts @direct', async ({
  page,
  apps,
}) => {
  const { port } = new URL(apps.bank)
  await page.goto(`http://localhost:${port}/transfer?amount=1`)
  await expectSignInPage(page, apps)
  await signIn(page, ADA)
  await expect(page).toHaveURL(`${apps.bank}/transfer?amount=1`)
})

// `docker compose --profile insurance up`: one login, three apps, one sign-out.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { claimsOf } from '../processes/requests.js'
import { ADA, type AppName, frontDoor } from './front-door.js'
import { compose, install, PORT, uninstall } from './installation.js'
import { visitor } from './visitor.js'

const door = frontDoor({ port: PORT })
const originOf = (name: AppName) => `http://${name}.signet.localhost:${PORT}`
const INSURANCE = `${originOf('insurance')}/`
const SIGNET_APPS = ['bank', 'retirement'] as const
const APPS = [...SIGNET_APPS, 'insurance'] as const
const profile = (...args: readonly string[]) => compose('--profile', 'insurance', ...args)

before(async () => {
  await profile('build', 'insurance')
  // The first installation knows no third app: the profile is added to it.
  await install()
  await profile('up', '-d', '--wait', '--no-build', '--force-recreate')
})
after(uninstall)

/** Signs in at the page to which insurance leads. */
async function signedInVisitor() {
  const person = visitor(door)
  const asked = await person.visit('insurance', '/')
  assert.deepEqual([asked.name, asked.path.split('?')[0]], ['bank', '/sign-in'])
  assert.equal(new URLSearchParams(asked.path.split('?')[1]).get('return_to'), INSURANCE)
  const page = await person.submit('bank', '/sign-in', { ...ADA, strategy: 'jwt', return_to: INSURANCE })
  return { person, page }
}

test('a user who starts at insurance returns there after the sign-in, and is signed in at all apps', async () => {
  const { person, page } = await signedInVisitor()
  assert.deepEqual([page.name, page.status], ['insurance', 200])
  assert.match(page.text, /Hello, <bdi>Ada Lovelace/)
  for (const name of SIGNET_APPS) {
    const { status, text } = await person.visit(name, '/')
    assert.equal(status, 200)
    assert.ok(text.includes(`<a href="${INSURANCE}">Insurance</a>`), name)
    assert.ok(page.text.includes(`href="${originOf(name)}/"`), name)
  }
})

test('the token is for three apps, and each accepts it from the cookie and from the header', async () => {
  const { cookie, token } = await door.signIn()
  assert.deepEqual(claimsOf(token).aud, APPS.map(originOf))
  for (const name of APPS) {
    for (const headers of [{ cookie }, { authorization: `Bearer ${token}` }]) {
      const { status, body } = await door.me(name, headers)
      assert.deepEqual([status, body.data?.username], [200, 'ada'], name)
    }
  }
})

for (const app of APPS) {
  test(`a sign-out at ${app} ends the session at all apps within two seconds`, async (t) => {
    const { cookie, token } = await door.signIn()
    const headers = { authorization: `Bearer ${token}` }
    for (const name of APPS) assert.equal((await door.me(name, headers)).status, 200)
    const path = app === 'insurance' ? '/sign-out' : '/api/logout'
    const { status } = await door.ask(app, 'POST', path, { headers: { cookie } })
    assert.equal(status, app === 'insurance' ? 303 : 200)
    const endedAt = performance.now()
    for (const name of APPS) {
      for (;;) {
        const answer = await door.me(name, headers)
        const ms = performance.now() - endedAt
        if (answer.status === 401 && answer.body.code === 'token_revoked') break
        assert.ok(ms < 2_000, `${name} still accepts it after ${ms.toFixed(0)} ms`)
        await wait(5)
      }
      t.diagnostic(`${name}: ${(performance.now() - endedAt).toFixed(0)} ms`)
    }
  })
}

test('the sign-out button of insurance leads to the bank, which says so', async () => {
  const { person } = await signedInVisitor()
  const page = await person.submit('insurance', '/sign-out')
  assert.deepEqual([page.name, page.path.split('?')[0], page.status], ['bank', '/sign-in', 200])
  assert.match(page.text, /You are signed out/)
  assert.match((await person.visit('retirement', '/')).text, /<h1[^>]*>Sign in/)
})

test('a session that insurance does not know leads to a sign-in, not in a circle', async () => {
  const person = visitor(door)
  await person.submit('bank', '/sign-in', { ...ADA, strategy: 'shared-session', return_to: `${originOf('bank')}/` })
  const page = await person.visit('insurance', '/')
  assert.deepEqual([page.name, page.status], ['bank', 200])
  assert.match(page.text, /<h1[^>]*>Sign in/)
})

test('the container is read-only, without capabilities, and runs as a non-root user', async () => {
  const inside = (...command: readonly string[]) => profile('exec', '-T', 'insurance', ...command)
  assert.equal(await inside('id', '-u'), '1000')
  assert.match(await inside('cat', '/proc/self/status'), /CapEff:\s+0{16}\n[\s\S]*NoNewPrivs:\s+1/)
  await assert.rejects(inside('sh', '-c', 'echo x > /app/x'))
  assert.equal(await inside('ls', '/run/signet/insurance'), 'jwt-secret')
})

test('an expired token is renewed by one trip through the bank', async (t) => {
  process.env.ACCESS_TOKEN_TTL = '1'
  t.after(() => {
    delete process.env.ACCESS_TOKEN_TTL
  })
  await profile('up', '-d', '--wait', '--no-build')
  const { person } = await signedInVisitor()
  await wait(1_500)
  const page = await person.visit('insurance', '/')
  assert.deepEqual([page.name, page.status], ['insurance', 200])
  assert.match(page.text, /Hello, <bdi>Ada Lovelace/)
})

test('without the profile, tokens are for two apps again', async () => {
  await profile('rm', '--stop', '--force', 'insurance', 'insurance-secrets')
  await compose('up', '-d', '--wait', '--no-build', '--force-recreate')
  const { token } = await door.signIn()
  assert.deepEqual(claimsOf(token).aud, SIGNET_APPS.map(originOf))
})

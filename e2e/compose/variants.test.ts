// Variants of the installation: https, and without the demo.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { SoftwareAuthenticator } from '@signet/testing'
import { docker } from './engine.js'
import { cookiesOf, type FrontDoor, frontDoor } from './front-door.js'
import { compose, install, PORT, uninstall, up } from './installation.js'
import { visitor } from './visitor.js'

before(async () => {
  await install()
})
after(uninstall)

const SERVICES = ['bank', 'retirement'] as const
const CERTIFICATE = '/data/caddy/pki/authorities/local/root.crt'

describe('SIGNET_SCHEME=https', () => {
  let door: FrontDoor
  before(async () => {
    process.env.SIGNET_SCHEME = 'https'
    await up()
    const ca = await compose('exec', '-T', 'caddy', 'cat', CERTIFICATE)
    door = frontDoor({ port: PORT, scheme: 'https', ca })
  })
  after(() => {
    delete process.env.SIGNET_SCHEME
  })

  test('both apps use a certificate of Caddy’s own authority', async () => {
    for (const name of SERVICES) assert.equal((await door.ask(name, 'GET', '/readyz')).status, 200)
    const stranger = frontDoor({ port: PORT, scheme: 'https' })
    await assert.rejects(stranger.ask('bank', 'GET', '/readyz'), /certificate/)
  })

  test('one sign-in works at both apps, in cookies with their prefixes', async () => {
    const { cookie, answer } = await door.signIn()
    const set = (answer.headers['set-cookie'] ?? []).filter((line) => !/=;/.test(line))
    const attributes = new Map(set.map((line) => [line.split('=', 1).join(), line.split('; ').slice(1)]))
    assert.deepEqual([...attributes.keys()].sort(), [
      '__Host-signet_recent',
      '__Host-signet_refresh',
      '__Secure-signet_seen',
      '__Secure-signet_token',
    ])
    for (const [name, list] of attributes) {
      // Scripts read the cookie that changes at sign-in and sign-out.
      assert.deepEqual([list.includes('Secure'), list.includes('HttpOnly')], [true, !name.endsWith('_seen')], name)
    }
    assert.ok(attributes.get('__Secure-signet_token')?.includes('Domain=signet.localhost'))
    for (const name of ['__Host-signet_recent', '__Host-signet_refresh'])
      assert.ok(!attributes.get(name)?.some((part) => part.startsWith('Domain')))
    for (const name of SERVICES) {
      const { status, body } = await door.me(name, { cookie })
      assert.deepEqual([status, body.data?.username], [200, 'ada'])
    }
    const renewed = await door.ask('bank', 'POST', '/api/token/refresh', { headers: { cookie } })
    assert.equal(renewed.status, 200)
  })

  test('a passkey of an https origin signs in, and the cookie that binds it belongs to the bank’s host alone', async () => {
    const origin = `https://bank.signet.localhost:${PORT}`
    const authenticator = new SoftwareAuthenticator({ origin, rpId: 'signet.localhost' })
    const { cookie } = await door.signUp()
    const options = await door.ask<Parameters<SoftwareAuthenticator['create']>[0]>(
      'bank',
      'POST',
      '/api/passkeys/options',
      { headers: { cookie } },
    )
    assert.match(options.headers['set-cookie']?.[0] ?? '', /^__Host-signet_passkey=[\w-]{43}; .*HttpOnly; Secure/)
    const added = await door.ask('bank', 'POST', '/api/passkeys', {
      headers: { cookie: `${cookie}; ${cookiesOf(options)}` },
      body: { credential: authenticator.create(options.body.data) },
    })
    assert.equal(added.status, 201)
    const begun = await door.ask<Parameters<SoftwareAuthenticator['get']>[0]>(
      'bank',
      'POST',
      '/api/login/passkey/options',
    )
    const signedIn = await door.ask('bank', 'POST', '/api/login/passkey', {
      headers: { cookie: cookiesOf(begun) },
      body: { credential: authenticator.get(begun.body.data) },
    })
    assert.equal(signedIn.status, 200)
  })

  test('a user who starts at retirement returns there after the sign-in', async () => {
    const person = visitor(door)
    const signIn = await person.visit('retirement', '/')
    assert.deepEqual([signIn.name, signIn.path.split('?')[0]], ['bank', '/sign-in'])
    const returnTo = new URLSearchParams(signIn.path.split('?')[1]).get('return_to') ?? assert.fail('no return_to')
    const fields = { username: 'ada', password: 'analytical-engine', strategy: 'jwt', return_to: returnTo }
    const plan = await person.submit('bank', '/sign-in', fields)
    assert.deepEqual([plan.name, plan.path, plan.status], ['retirement', '/', 200])
    assert.match(plan.text, /Ada Lovelace/)
  })
})

describe('DEMO=0', () => {
  const door = frontDoor({ port: PORT })
  before(async () => {
    process.env.DEMO = '0'
    // With empty volumes, because demo users of the earlier run would remain.
    await compose('down', '--volumes', '--timeout', '1')
    await up()
  })
  after(() => {
    delete process.env.DEMO
  })

  test('there are no demo users, no labs and no memory sessions', async () => {
    const { text: page } = await door.ask('bank', 'GET', '/sign-in')
    assert.doesNotMatch(page, /analytical-engine|value="session"/)
    await assert.rejects(door.signIn(), /responded 401/)
    for (const [name, path] of [
      ['bank', '/tour'],
      ['bank', '/compare'],
      ['retirement', '/who-may-sign'],
    ] as const)
      assert.equal((await door.ask(name, 'GET', path)).status, 404, path)
  })

  test('a new user registers and is signed in at both apps', async () => {
    const { cookie } = await door.signUp()
    for (const name of SERVICES) assert.equal((await door.me(name, { cookie })).status, 200)
  })
})

test('SIGTERM ends every job and service without a kill', async () => {
  await compose('stop', '--timeout', '10')
  const ids = (await compose('ps', '-aq')).split('\n')
  const codes = await docker(
    'inspect',
    '--format',
    '{{index .Config.Labels "com.docker.compose.service"}} {{.State.ExitCode}}',
    ...ids,
  )
  for (const line of codes.split('\n')) assert.doesNotMatch(line, / 137$/, line)
})

// Variables, endpoints and folders in the documents are those of the code, and the example of packages/auth runs. Links, names and
// lengths are checked by lint-prose.ts.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { freePort } from '@signet/testing'
import { importBuilt } from '../processes/import-built.js'
import { buildUnconnected, configurations, MINIMAL, routesOf } from '../processes/unconnected-services.js'
import { capturesOf, prose, read, root, rowsUnder } from './documents.js'

test('the documented variables equal those of the services and npm start', () => {
  const { bank, retirement } = configurations()
  const services = new Set([...Object.keys(bank), ...Object.keys(retirement)])
  for (const name of services) {
    if (name.endsWith('_SECRET') || ['DATABASE_URL', 'SESSION_STORE_URL'].includes(name)) services.add(`${name}_FILE`)
  }
  const entryPoints = readdirSync(join(root, 'scripts')).filter((file) => file.endsWith('.mjs'))
  const scripts = [...entryPoints.map((file) => `scripts/${file}`), 'e2e/support/redis.ts']
    .flatMap((path) => [...read(path).matchAll(/\benv\.([A-Z]\w+)|\bport\('([A-Z_]+)'/g)])
    .map(([, one, other]) => one ?? other)
  const documented = rowsUnder(read('docs/configuration.md'), 'variable').map(([name]) => name)
  assert.deepEqual([...documented].sort(), [...new Set([...services, ...scripts])].sort())
})

test('the documented defaults equal those of the services', () => {
  const { bank, retirement } = configurations()
  const written = (value: unknown) => (typeof value === 'boolean' ? String(Number(value)) : String(value))
  for (const [name, , fallback = ''] of rowsUnder(read('docs/configuration.md'), 'variable')) {
    if (!(name in bank) || name in MINIMAL || ['COOKIE_DOMAIN', 'LOGIN_CONCURRENCY', 'TRUST_PROXY'].includes(name))
      continue
    for (const config of name in retirement ? [bank, retirement] : [bank]) {
      const value = new Map<string, unknown>(Object.entries(config)).get(name)
      const stated = value === undefined ? 'none' : `\`${written(value)}\``
      assert.ok(fallback.includes(stated), `${name} is ${written(value)}`)
    }
  }
})

test('the folders of the code map exist', () => {
  const [tree = ''] = capturesOf(read('docs/code-map.md'), /```text\n(apps[\s\S]*?)```/g)
  for (const line of tree.trim().split('\n')) assert.ok(existsSync(join(root, line.split(' ', 1).join())), line)
})

for (const name of ['bank', 'retirement'] as const) {
  test(`the endpoints of apps/${name}/README.md and their authentication equal those of the service`, async () => {
    const { app, close } = await buildUnconnected(name)
    const actual = routesOf(app).filter(({ method }) => method !== 'HEAD')
    const text = read(`apps/${name}/README.md`)
    const documented = new Map(rowsUnder(text, 'endpoint').map(([endpoint, auth = '']) => [endpoint, auth]))
    assert.deepEqual([...documented.keys()].sort(), actual.map(({ method, path }) => `${method} ${path}`).sort())

    for (const [endpoint, auth] of documented) {
      const [method = '', url = ''] = endpoint.split(' ')
      if (url === '/readyz') continue
      // Authentication precedes validation, so the request needs no valid body.
      const { statusCode, headers } = await app.inject({
        method: method as 'GET',
        url,
        headers: { 'sec-fetch-site': 'same-origin' },
      })
      const refused = statusCode === 401 || String(headers.location).includes('/sign-in?return_to=')
      // Endpoints that renew or revoke read their own cookies and are not compared here.
      if (!['required', 'optional', 'none'].includes(auth)) continue
      assert.equal(refused, auth === 'required', `${endpoint} responds ${statusCode} ${headers.location ?? ''}`)
    }
    await close()
  })
}

test('the source files that the tour names exist', async () => {
  const { STEPS } = await importBuilt<typeof import('../../apps/bank/dist/src/demo/tour/steps.js')>(
    'apps/bank/dist/src/demo/tour/steps.js',
  )
  for (const { title, code } of STEPS) {
    const paths = Object.keys(code)
    assert.ok(paths.length > 0, title)
    for (const path of paths) assert.ok(existsSync(join(root, path)), `${title}: ${path}`)
  }
})

test('every decision has a date, its headings and an entry in the index', () => {
  const folder = 'docs/decisions'
  const files = readdirSync(join(root, folder)).filter((file) => /^\d{4}-/.test(file))
  const index = read(`${folder}/README.md`)
  assert.ok(files.length > 0)
  for (const file of files) {
    const text = read(`${folder}/${file}`)
    const headings = capturesOf(text, /^## (.+)$/gm)
    assert.deepEqual(headings, ['Context', 'Decision', 'Consequences', 'Alternatives'], file)
    assert.match(text, /^Date: 20\d\d-\d\d-\d\d.* · Status: /m, file)
    assert.ok(index.includes(`(${file})`), `${file} is not in the index`)
  }
})

test("both services' READMEs have the same headings", () => {
  const headings = (path: string) => capturesOf(prose(read(path)), /^## (.+)$/gm)
  assert.deepEqual(headings('apps/bank/README.md'), headings('apps/retirement/README.md'))
})

interface Asked {
  readonly body?: object
  readonly cookie?: string
}

interface Answer {
  readonly status: number | undefined
  /** The first `Set-Cookie`. */
  readonly cookie: string
  readonly body: unknown
}

/** Sends one request to an app on this machine. Uses the address, because Node may not resolve names below localhost. */
function ask(port: number, method: string, path: string, { body, cookie }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { ...(body && { 'content-type': 'application/json' }), ...(cookie && { cookie }) }
    const call = request({ host: '127.0.0.1', port, method, path, headers }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      const [set = ''] = response.headers['set-cookie'] ?? []
      resolve({ status: response.statusCode, cookie: set, body: JSON.parse(text) })
    })
    call.on('error', reject)
    call.end(body && JSON.stringify(body))
  })
}

test('the example in packages/auth/README.md runs unchanged', { timeout: 120_000 }, async (t) => {
  const [issuer, verifier] = capturesOf(read('packages/auth/README.md'), /```js\n([\s\S]*?)```/g)
  assert.ok(issuer && verifier)
  const [idPort, shopPort] = [await freePort(), await freePort()]
  for (const code of [issuer, verifier]) {
    const text = code.replaceAll('3001', String(idPort)).replaceAll('3002', String(shopPort))
    const child = spawn(process.execPath, ['--input-type=module', '-e', text], {
      cwd: join(root, 'packages/auth'),
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        JWT_SECRET: `k1:${MINIMAL.JWT_SECRET}`,
        REFRESH_TOKEN_SECRET: 'r1:'.padEnd(40, 'refresh'),
      },
    })
    t.after(() => child.kill())
  }
  for (const port of [idPort, shopPort]) {
    while (!(await ask(port, 'GET', '/').catch(() => undefined))) await new Promise((again) => setTimeout(again, 50))
  }
  const shop = async (cookie?: string) => (await ask(shopPort, 'GET', '/basket', cookie ? { cookie } : {})).body
  const login = (password: string) => ask(idPort, 'POST', '/api/login', { body: { username: 'ada', password } })
  assert.equal((await ask(shopPort, 'GET', '/basket')).status, 401)
  assert.equal((await login('wrong')).status, 401)
  const signedIn = await login('analytical-engine')
  assert.deepEqual(signedIn.body, { hello: 'Ada' })
  const [cookie = ''] = signedIn.cookie.split(';')
  assert.deepEqual(await shop(cookie), { basketOf: 'Ada' })
  const signedOut = await ask(idPort, 'POST', '/api/logout', { cookie })
  assert.match(signedOut.cookie, /^example_token=; Max-Age=0; Domain=example\.localhost; Path=\//)
  while ((await ask(shopPort, 'GET', '/basket', { cookie })).status !== 401) await new Promise(setImmediate)
})

// Generates clients from both OpenAPI descriptions: the types compile, and the client logs in.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { promisify } from 'node:util'
import { type Credentials, register } from './requests.js'
import { bank, retirement } from './shared-world.js'
import { root } from './world.js'

const run = promisify(execFile)
const folder = join(root, 'examples/typed-client')
const commands = createRequire(join(folder, 'package.json'))
const commandOf = (name: string, path: string) => join(dirname(commands.resolve(`${name}/package.json`)), path)
const node = (...args: string[]) => run(process.execPath, args, { cwd: folder })
const urls = { bank: bank.url, retirement: retirement.url }

before(async () => {
  await rm(join(folder, 'generated'), { recursive: true, force: true })
  await mkdir(join(folder, 'generated'))
  for (const [name, url] of Object.entries(urls)) {
    const document = await (await fetch(`${url}/openapi.json`)).text()
    await writeFile(join(folder, `generated/${name}.json`), document)
    const generator = commandOf('openapi-typescript', 'bin/cli.js')
    await node(generator, `generated/${name}.json`, '--output', `generated/${name}.d.ts`)
  }
  await node(commandOf('typescript', 'bin/tsc'), '--project', 'tsconfig.json')
})

/** The client is compiled by this test. */
interface TypedClient {
  whoAmI(
    urls: { readonly bank: string; readonly retirement: string },
    credentials: Credentials,
  ): Promise<{ readonly bank: string; readonly retirement: string }>
}

const client = (): Promise<TypedClient> => import(join(folder, 'generated/out/src/client.js'))

test('a generated client logs in at the bank and is authenticated at both services', async () => {
  const { username, password } = await register(bank)
  const { whoAmI } = await client()
  const names = await whoAmI(urls, { username, password })
  assert.match(names.bank, /^Person \d+$/)
  assert.equal(names.retirement, names.bank)
})

test('a generated client gets the error sentence', async () => {
  const { whoAmI } = await client()
  await assert.rejects(whoAmI(urls, { username: 'no-such-user', password: 'not this one' }), {
    message: 'Invalid username/password',
  })
})

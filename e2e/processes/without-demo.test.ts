// Removes the demo as a team that copies this repository does: two folders, and one line of each app. The rest must build
// and pass its tests.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const APPS = ['apps/bank', 'apps/retirement']
/** Packages of the apps, linked from this repository: a lint rule keeps the demo out of them. */
const PACKAGES = [
  ...['auth', 'contracts', 'ui', 'database', 'testing', 'service'].map((name) => `packages/${name}`),
  'prisma/bank',
  'prisma/retirement',
]
/** Tests of the apps that need no database. */
const TESTS = {
  'apps/bank': ['openapi', 'config', 'sign-in/rules', 'transfers/rules'],
  'apps/retirement': ['config', 'plan-rules'],
}
const NOT_COPIED = new Set(['node_modules', 'dist', '.git', '.turbo', '.data'])
/** The one line of an app that loads its demo. */
const LOADS_DEMO = /^ *if \(config\.DEMO\) await app\.register\(import\('\.\/demo\/demo\.js'\), .*\n/gm

let copy: string
before(async () => {
  // Inside this repository, so that Node finds the installed packages above it.
  copy = await mkdtemp(join(root, '.without-demo-'))
  for (const name of ['apps', 'tsconfig.base.json']) {
    await cp(join(root, name), join(copy, name), { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) })
  }
  await linkWorkspaces()
})
after(() => rm(copy, { recursive: true, force: true }))

/** Links the copy's apps and this repository's packages. */
async function linkWorkspaces() {
  const modules = join(copy, 'node_modules')
  // An unloadable stand-in, because Node would otherwise find this repository's demo.
  const nothing = join(modules, '@signet/demo')
  await mkdir(nothing, { recursive: true })
  await writeFile(join(nothing, 'empty.d.ts'), 'export {}')
  const exports = { '.': { types: './empty.d.ts', default: './missing.js' } }
  await writeFile(join(nothing, 'package.json'), JSON.stringify({ name: '@signet/demo', type: 'module', exports }))
  const links = [...PACKAGES.map((path) => ({ at: root, path })), ...APPS.map((path) => ({ at: copy, path }))]
  for (const { at, path } of links) {
    const { name } = JSON.parse(await readFile(join(at, path, 'package.json'), 'utf8'))
    await symlink(join(at, path), join(modules, name))
  }
}

async function removeDemo() {
  for (const app of APPS) {
    for (const folder of ['src/demo', 'test/demo']) {
      await rm(join(copy, app, folder), { recursive: true, force: true })
    }
    const entry = join(copy, app, 'src/app.ts')
    const source = await readFile(entry, 'utf8')
    assert.equal(source.match(LOADS_DEMO)?.length, 1, `${app}/src/app.ts loads its demo in one line`)
    await writeFile(entry, source.replace(LOADS_DEMO, ''))
  }
}

/** Runs a program in a workspace of the copy. Fails with its output. */
async function inWorkspace(workspace: string, program: string, args: readonly string[]): Promise<void> {
  try {
    // With this variable, a nested test runner would skip its files and report success.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    await run(program, args, { cwd: join(copy, workspace), env, maxBuffer: 16_777_216 })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    assert.fail(`${workspace}: ${basename(program)} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}

test('without the demo the product builds and passes its tests', async (t) => {
  await removeDemo()
  await t.test('builds', async () => {
    for (const app of APPS) await inWorkspace(app, join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'])
  })
  for (const [workspace, names] of Object.entries(TESTS)) {
    await t.test(`passes tests of ${workspace}`, async () => {
      const files = names.map((name) => `dist/test/${name}.test.js`)
      await inWorkspace(workspace, process.execPath, ['--test', '--test-concurrency=1', ...files])
    })
  }
})

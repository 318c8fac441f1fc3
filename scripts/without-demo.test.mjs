// Removes the demo as a team would that copies this repository: two folders, and one line of each app. What is left has
// to build and to pass its tests.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const APPS = ['apps/bank', 'apps/retirement']
/** In the order in which they import each other. */
const WORKSPACES = [
  ...['auth', 'contracts', 'ui', 'database', 'testing', 'service'].map((name) => `packages/${name}`),
  'prisma/bank',
  'prisma/retirement',
  ...APPS,
]
/** Tests that need no database, of each part that the demo builds on. */
const TESTS = {
  'packages/auth': ['plugins/authentication'],
  'packages/service': ['create-service', 'http/error-answers'],
  'packages/ui': ['pages', 'assets'],
  'apps/bank': ['openapi', 'config', 'sign-in/rules', 'transfers/rules'],
  'apps/retirement': ['config', 'plan-rules'],
}
const NOT_COPIED = new Set(['node_modules', 'dist', '.git', '.turbo', '.data'])
/** The one line of an app that loads its demo. */
const LOADS_DEMO = /^ *if \(config\.DEMO\) await app\.register\(import\('\.\/demo\/demo\.js'\), .*\n/gm

let copy
before(async () => {
  // Inside this repository: what is installed is found by looking upward.
  copy = await mkdtemp(join(root, '.without-demo-'))
  for (const name of ['apps', 'packages', 'prisma', 'package.json', 'tsconfig.base.json']) {
    await cp(join(root, name), join(copy, name), { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) })
  }
  await linkWorkspaces()
})
after(() => rm(copy, { recursive: true, force: true }))

/** Links the workspaces of the copy in place of those of this repository. */
async function linkWorkspaces() {
  const modules = join(copy, 'node_modules')
  // A demo that exports nothing and cannot be loaded: without it, the one of this repository would be found.
  const nothing = join(modules, '@signet/demo')
  await mkdir(nothing, { recursive: true })
  await writeFile(join(nothing, 'empty.d.ts'), 'export {}')
  const exports = { '.': { types: './empty.d.ts', default: './missing.js' } }
  await writeFile(join(nothing, 'package.json'), JSON.stringify({ name: '@signet/demo', type: 'module', exports }))
  for (const workspace of WORKSPACES) {
    const { name } = JSON.parse(await readFile(join(copy, workspace, 'package.json'), 'utf8'))
    await symlink(join(copy, workspace), join(modules, name))
  }
}

async function removeDemo() {
  await rm(join(copy, 'packages/demo'), { recursive: true })
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

/** Runs a program in a workspace of the copy; what it printed is the message of the failure. */
async function inWorkspace(workspace, program, args) {
  try {
    // Without the context, a test runner that a test starts would skip its files and report success.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    await run(program, args, { cwd: join(copy, workspace), env, maxBuffer: 16_777_216 })
  } catch (error) {
    assert.fail(`${workspace}: ${basename(program)} ${args.join(' ')}\n${error.stdout}${error.stderr}`)
  }
}

test('without the demo the product builds and passes its tests', async (t) => {
  await removeDemo()
  await t.test('builds', async () => {
    for (const workspace of WORKSPACES) {
      await inWorkspace(workspace, join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'])
      if (workspace === 'packages/ui') await inWorkspace(workspace, process.execPath, ['styles/bundle.mjs'])
    }
  })
  for (const [workspace, names] of Object.entries(TESTS)) {
    await t.test(`passes tests of ${workspace}`, async () => {
      const files = names.map((name) => `dist/test/${name}.test.js`)
      await inWorkspace(workspace, process.execPath, ['--test', '--test-concurrency=1', ...files])
    })
  }
})

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'

const source = fileURLToPath(new URL('../../', import.meta.url))
const project = mkdtempSync(join(tmpdir(), 'auth-package-'))
after(() => rmSync(project, { recursive: true }))

const run = (command: string, args: string[], cwd = project): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], source)
const [{ filename, files }] = JSON.parse(packed)
const tarball = join(project, filename)
install()

/** Unpacks the package and links its declared dependencies and a consumer's. An undeclared dependency is not found. */
function install(): void {
  const target = join(project, 'node_modules/@signet/auth')
  mkdirSync(target, { recursive: true })
  run('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'])
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8'))
  for (const dependency of [...Object.keys({ ...dependencies, ...peerDependencies }), '@types/node']) {
    const link = join(project, 'node_modules', dependency)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(folderOf(dependency), link, 'dir')
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module' }))
}

function folderOf(name: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  const folder = folders.map((each) => join(each, name)).find((each) => existsSync(each))
  assert.ok(folder, `${name} is not installed`)
  return folder
}

test('the package has code, types, documents and vectors, and no tests', () => {
  const paths: string[] = files.map(({ path }: { path: string }) => path)
  assert.deepEqual(
    paths.filter(
      (path) =>
        !/^(dist\/src\/.+\.(js|d\.ts)|vectors\/.+\.json|(vectors\/)?README\.md|LICENSE|package\.json)$/.test(path),
    ),
    [],
  )
  for (const path of ['LICENSE', 'README.md', 'vectors/README.md', 'vectors/keys.json'])
    assert.ok(paths.includes(path), path)
})

test('both entry points run in an empty folder', () => {
  const script = `
    const { createPasswords, issuing } = await import('@signet/auth/issuer')
    const { authentication, defineCookie, parseSecrets } = await import('@signet/auth/verifier')
    const { default: Fastify } = await import('fastify')
    const issuer = 'http://id.example.localhost'
    const keys = parseSecrets('k1:a-secret-for-tests-of-at-least-32-bytes')
    const common = { keys, issuer, clientId: 'id', accessTokenTtlSeconds: 300 }
    const app = Fastify()
    const tokenCookie = defineCookie('token', { prefix: 'x', domain: undefined, secure: false })
    await app.register(authentication, { ...common, audience: issuer, tokenCookie })
    await app.register(issuing, { ...common, audiences: [issuer] })
    const passwords = await createPasswords({ concurrency: 1, queueLength: 1 })
    const { valid } = await passwords.verify(await passwords.hash('analytical-engine'), 'analytical-engine')
    await passwords.close()
    console.log(typeof app.issueToken, valid)`
  assert.equal(run(process.execPath, ['--input-type=module', '-e', script]), 'function true\n')
})

test('both entry points type-check in an empty folder, and wrong use is an error', () => {
  const consumer = [
    `import { type IssuingOptions, issuing } from '@signet/auth/issuer'`,
    `import { parseSecrets } from '@signet/auth/verifier'`,
    `import Fastify from 'fastify'`,
    `export const register = (options: IssuingOptions) => Fastify().register(issuing, { ...options, keys: parseSecrets('') })`,
    `// @ts-expect-error A number is no list of secrets.\nparseSecrets(1)`,
  ]
  writeFileSync(join(project, 'consumer.ts'), consumer.join('\n'))
  // The settings of `tsc --init`. Checking every library's types takes seconds. Lint finds an undeclared import.
  const checks = { strict: true, skipLibCheck: true, noEmit: true }
  const compilerOptions = { module: 'NodeNext', target: 'ES2023', types: ['node'], ...checks }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  assert.equal(run(process.execPath, [join(folderOf('typescript'), 'bin/tsc'), '-p', project]), '')
})

test('publint finds nothing', async () => {
  const { messages } = await publint({ pack: { tarball: new Blob([readFileSync(tarball)]).stream() }, strict: true })
  assert.deepEqual(messages, [])
})

test('every resolution mode of ES modules finds the types', async () => {
  const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)))
  assert.ok(result.types)
  // The package has only ES modules with `exports`, so CommonJS and older resolution modes do not apply.
  const problems = result.problems.filter(
    (problem) => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
  )
  assert.deepEqual(problems, [])
})

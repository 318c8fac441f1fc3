// Checks that dependencies are pinned: exact versions with a hash, install scripts allowed one by one, actions by commit.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capturesOf, read } from './documents.js'

/** A package of a lockfile. */
interface Locked {
  readonly link?: boolean
  readonly integrity?: string
  readonly hasInstallScript?: boolean
}

interface Versions {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

for (const folder of ['', 'bench/peers/']) {
  const { packages }: { packages: Record<string, Locked> } = JSON.parse(read(`${folder}package-lock.json`))
  const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link)

  test(`every package of ${folder}package-lock.json has a hash, on every platform, and no registry host`, () => {
    assert.ok(installed.length > 50)
    assert.deepEqual(
      installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path),
      [],
    )
    assert.doesNotMatch(read(`${folder}package-lock.json`), /"resolved": "https?:/)
  })

  test(`${folder}package.json allows or denies every install script, and npm refuses others`, () => {
    assert.match(read(`${folder}.npmrc`), /^strict-allow-scripts=true$/m)
    const { allowScripts = {} }: { allowScripts?: object } = JSON.parse(read(`${folder}package.json`))
    const withScript = installed.filter(([, { hasInstallScript }]) => hasInstallScript)
    const names = withScript.map(([path]) => path.replace(/^.*node_modules\//, ''))
    assert.deepEqual(
      names.filter((name) => !(name in allowScripts)),
      [],
    )
  })

  test(`every version in ${folder}package.json is exact`, () => {
    const { dependencies = {}, devDependencies = {} }: Versions = JSON.parse(read(`${folder}package.json`))
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name)
    }
  })
}

test('every action of the workflow is pinned by commit', () => {
  const actions = capturesOf(read('.github/workflows/test.yml'), /uses: (\S+)/g)
  assert.ok(actions.length > 5)
  for (const action of actions) assert.match(action, /@[0-9a-f]{40}$/)
})

// Test files that share a process have their own results, and a broken one fails alone.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runTestFiles } from '../src/runner/test-file-process.js'
import type { TestFile } from '../src/runner/test-files.js'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signet-several-files-'))
})
after(() => rm(folder, { recursive: true, force: true }))

const PASSES = `import { describe, test } from 'node:test'
await new Promise(setImmediate)
describe('a suite', () => test('passes', () => {}))
test('passes too', () => {})`
const FAILS = `import { test } from 'node:test'
test('passes', () => {})
test('fails', () => { throw new Error('as it should') })`

async function run(texts: Record<string, string>) {
  const files = await Promise.all(
    Object.entries(texts).map(async ([name, text]): Promise<TestFile> => {
      const path = join(folder, `${name}.mjs`)
      await writeFile(path, text)
      return { name, path, needsServer: false, sharedProcess: 'one', bytes: text.length }
    }),
  )
  // With this variable, the nested runner would report to this one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const results = await runTestFiles(files, folder, env, new AbortController().signal)
  return Object.fromEntries(
    results.map(({ file, events }) => [file.name, events.map(({ type, path }) => `${path.join(' › ')}: ${type}`)]),
  )
}

test('each file gets the results of its own tests', async () => {
  assert.deepEqual(await run({ first: PASSES, second: FAILS, third: PASSES }), {
    first: ['a suite › passes: passed', 'passes too: passed'],
    second: ['passes: passed', 'fails: failed'],
    third: ['a suite › passes: passed', 'passes too: passed'],
  })
})

test('hooks of each file run before and after its tests', async () => {
  const hooks = (name: string) => `import assert from 'node:assert/strict'
    import { after, before, test } from 'node:test'
    let state = 'closed'
    before(async () => {
      await new Promise(setImmediate)
      state = 'open'
    })
    after(() => { state = 'closed' })
    test('${name}', () => assert.equal(state, 'open'))
    test('${name} again', () => assert.equal(state, 'open'))`
  assert.deepEqual(await run({ first: hooks('one'), second: hooks('two'), third: PASSES }), {
    first: ['one: passed', 'one again: passed'],
    second: ['two: passed', 'two again: passed'],
    third: ['a suite › passes: passed', 'passes too: passed'],
  })
})

test('a file that cannot be loaded fails alone', async () => {
  const results = await run({ first: PASSES, unwritten: `import './missing.mjs'`, broken: 'test(', last: PASSES })
  assert.deepEqual(results.unwritten, ['(the whole file): failed'])
  assert.deepEqual(results.broken, ['(the whole file): failed'])
  assert.deepEqual(results.last, results.first)
})

test('a file without tests fails', async () => {
  const results = await run({ first: PASSES, empty: '' })
  assert.deepEqual(results.empty, ['(the whole file): failed'])
})

test('a file that ends the process fails, and so do the files after it', async () => {
  const ends = `import { test } from 'node:test'\ntest('ends', () => process.exit(0))`
  const results = await run({ first: PASSES, ends, last: PASSES })
  for (const name of ['ends', 'last']) assert.deepEqual(results[name], ['(the whole file): failed'], name)
})

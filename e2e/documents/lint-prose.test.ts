// The check of documents and comments finds each kind of fault in a repository that has one of each, and names its line.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { blocksOfComments, sentencesOf } from './blocks.js'
import { ruledOut, ruledOutIdentifiers } from './ruled-out-words.js'

const program = fileURLToPath(new URL('lint-prose.js', import.meta.url))

function lint(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'signet-prose-'))
  t.after(() => rmSync(folder, { recursive: true }))
  execFileSync('git', ['init', '--quiet'], { cwd: folder })
  for (const [path, text] of Object.entries({ 'package.json': '{"scripts":{"start":"x"}}', ...files })) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const { status, stderr } = spawnSync(process.execPath, [program, folder], { encoding: 'utf8' })
  return { status, findings: stderr.trim().split('\n').slice(0, -1) }
}

const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')

/** A line of a document, and what is said about it. */
const FAULTS: readonly (readonly [line: string, expected: RegExp])[] = [
  [`${words(29)}.`, /a sentence of 29 words.*28 are the most/],
  ['A token for anybody.', /"anybody": write name the actor/],
  ['The service recognises it.', /"recognises": write authenticate/],
  ['[A page](missing.md)', /"missing\.md": write a path that exists/],
  ['[A heading](#missing)', /"#missing": write the anchor of a heading/],
  ['Run `npm run missing`.', /"npm run missing": write a script/],
  ['See `src/missing.ts`.', /"src\/missing\.ts": write a file that exists/],
]

for (const [line, expected] of FAULTS) {
  test(`a document with "${line.slice(0, 40)}" is refused`, (t) => {
    const { status, findings } = lint(t, { 'docs/page.md': `# Page\n\nFine.\n\n${line}\n` })
    assert.equal(status, 1)
    assert.equal(findings.length, 1, findings.join('\n'))
    const [finding = ''] = findings
    assert.match(finding, /^docs\/page\.md:5: /)
    assert.match(finding, expected)
  })
}

test('a sentence in two documents, a long document, and too many words in all are refused', (t) => {
  const sentence = 'One sentence is in two documents of one repository.'
  const twice = lint(t, { 'a.md': `${sentence}\n`, 'b.md': `${sentence}\n` })
  assert.match(twice.findings.join('\n'), /^b\.md:1: a sentence that is also in a\.md:1/)
  const long = lint(t, { 'docs/page.md': 'Word.\n\n'.repeat(1_201) })
  assert.match(long.findings.join('\n'), /^docs\/page\.md:1: 1201 words: cut, 1200 are the most/)
  const all = lint(t, { 'other.md': 'Word.\n\n'.repeat(15_001) })
  assert.match(all.findings.join('\n'), /all documents have 15001 words/)
})

test('an identifier of a word that is ruled out is refused, and text is none', (t) => {
  const { findings } = lint(t, { 'src/a.ts': '// text\nconst text = "to nobody"\nconst rememberToken = 1\n' })
  assert.deepEqual(findings, ['src/a.ts:3: "rememberToken": write cache'])
  assert.deepEqual(ruledOutIdentifiers('function cacheToken() {}'), [])
})

test('comments are refused as documents are, with their lines', (t) => {
  const source = ['const a = 1', 'const b = 2 /', '/ for nobody, see `missing.ts`'].join('\n').replace('/\n', '/')
  const { findings } = lint(t, { 'src/a.ts': source })
  assert.match(
    findings.join('\n'),
    /^src\/a\.ts:2: "nobody": .*\nsrc\/a\.ts:2: "missing\.ts": write a file that exists$/,
  )
})

test('code, quotations and sentences of 28 words pass', (t) => {
  const good = [
    '`nobody`',
    '"Nobody is signed in."',
    `${words(28)}.`,
    `\`\`\`js\n// ${words(40)} nobody\n\`\`\``,
    '> Nobody.',
  ]
  const { status } = lint(t, { 'a.md': `# A\n\n${good.join('\n\n')}\n\n[A](#a) \`a.md\` \`npm start\`\n` })
  assert.equal(status, 0)
})

test('a comment is read like a document, without its code', () => {
  const source = `/**\n * Nobody reads\n * this.\n *\n *     nobody()\n *\n * @param a ${words(29)}\n */\nconst a = 'nobody' // for anybody\n`
  const blocks = blocksOfComments('a.ts', source)
  const found = blocks.flatMap(({ line, text }) => ruledOut(text).map(({ word }) => [line, word]))
  assert.deepEqual(found, [
    [2, 'Nobody'],
    [9, 'anybody'],
  ])
  assert.deepEqual(
    blocks
      .flatMap(sentencesOf)
      .filter(({ words }) => words.length > 28)
      .map(({ line }) => line),
    [7],
  )
  assert.equal(blocksOfComments('a.sql', '-- Nobody.\nSELECT 1;').length, 1)
})

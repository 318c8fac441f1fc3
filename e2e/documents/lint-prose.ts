// `npm run lint`: documents and comments are written as CONTRIBUTING.md says. Prints file, line and what to write instead.
//
//     node e2e/dist/documents/lint-prose.js [FOLDER]      a repository; without it, this one
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Block, blocksOfComments, blocksOfMarkdown, sentencesOf } from './blocks.js'
import { root as here, prose } from './documents.js'
import { brokenLinks, type Finding, unknownFiles, unknownScripts } from './references.js'
import { ruledOut, ruledOutIdentifiers } from './ruled-out-words.js'

const IDENTIFIERS = ['*.ts', '*.tsx', '*.mjs', '*.mts', ':!*/generated/*']
/** Sources whose comments are read. A migration is never edited: the database knows its checksum. */
const COMMENTS = [...IDENTIFIERS, '*.sql', '*.prisma', '*.yml', '*.yaml', ':!*/migrations/*.sql']

const MOST_WORDS_IN_A_SENTENCE = 28
/** A sentence of fewer words may be in two documents. */
const FEWEST_WORDS_TO_REPEAT = 7
/** Of all documents, as `wc -w` counts them. */
const MOST_WORDS = 15_000
/** Most words of a document, code and marks apart, by its path. */
const LIMITS: readonly (readonly [path: RegExp, words: number])[] = [
  [/^README\.md$/, 900],
  [/^SECURITY\.md$/, 1_600],
  [/^docs\/decisions\/\d/, 250],
  [/^docs\/[^/]+\.md$/, 1_200],
  [/^packages\/auth\/README\.md$/, 900],
  [/^(apps|packages|prisma)\/.*README\.md$/, 500],
]

const root = process.argv[2] ?? here
const filesOf = (...globs: string[]) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...globs], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    // A file in conflict is listed once for each side.
    .filter((path, index, all) => path !== '' && all.indexOf(path) === index && existsSync(join(root, path)))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const findings: string[] = []
const report = (path: string, line: number, what: string) => findings.push(`${path}:${line}: ${what}`)
const reportAll = (path: string, text: string, found: readonly Finding[], firstLine = 1) => {
  for (const { index, word, instead } of found)
    report(path, firstLine - 1 + text.slice(0, index).split('\n').length, `"${word}": write ${instead}`)
}

function checkBlocks(path: string, blocks: readonly Block[]): void {
  for (const block of blocks) {
    reportAll(path, block.text, ruledOut(block.text), block.line)
    for (const { line, words } of sentencesOf(block)) {
      if (words.length > MOST_WORDS_IN_A_SENTENCE)
        report(
          path,
          line,
          `a sentence of ${words.length} words, "${words.slice(0, 6).join(' ')} …": split it, ${MOST_WORDS_IN_A_SENTENCE} are the most`,
        )
    }
  }
}

const documents = filesOf('*.md')
const files = filesOf()
const { scripts = {} }: { scripts?: object } = existsSync(join(root, 'package.json'))
  ? JSON.parse(read('package.json'))
  : {}

/** Counts words. The borders of a table are none. */
const wordsOf = (text: string) => (text.match(/\S*\w\S*/g) ?? []).length

const seen = new Map<string, string>()
let words = 0
for (const path of documents) {
  const text = read(path)
  const blocks = blocksOfMarkdown(text)
  checkBlocks(path, blocks)
  for (const block of blocks.filter(({ kind }) => kind === 'text')) {
    for (const { line, words } of sentencesOf(block).filter(({ words }) => words.length >= FEWEST_WORDS_TO_REPEAT)) {
      const sentence = words.join(' ')
      if (seen.has(sentence))
        report(path, line, `a sentence that is also in ${seen.get(sentence)}: write it once, and link`)
      seen.set(sentence, `${path}:${line}`)
    }
  }
  const outside = text.replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, ''))
  reportAll(path, outside, brokenLinks(root, path, outside))
  reportAll(path, text, unknownScripts(scripts, text))
  reportAll(path, outside, unknownFiles(files, outside))
  words += wordsOf(text)
  const [, most = Number.POSITIVE_INFINITY] = LIMITS.find(([pattern]) => pattern.test(path)) ?? []
  const length = wordsOf(prose(text))
  if (length > most) report(path, 1, `${length} words: cut, ${most} are the most`)
}
if (words > MOST_WORDS) report('README.md', 1, `all documents have ${words} words: cut, ${MOST_WORDS} are the most`)

for (const path of filesOf(...COMMENTS)) {
  const text = read(path)
  checkBlocks(path, blocksOfComments(path, text))
  const comments = text.replace(/^(?!\s*(?:\/\/|\*|\/\*|#|--)).*?(\s\/\/ .*)?$/gm, '$1')
  reportAll(path, comments, unknownFiles(files, comments))
}
for (const path of filesOf(...IDENTIFIERS)) {
  const text = read(path)
  reportAll(path, text, ruledOutIdentifiers(text))
}

for (const finding of findings) process.stderr.write(`${finding}\n`)
if (findings.length > 0) process.stderr.write(`${findings.length} places to write anew, as CONTRIBUTING.md says\n`)
process.exitCode = findings.length > 0 ? 1 : 0

// Flesch reading ease of every document: 100 is easy, 50 is what an engineer reads without effort. Code, tables and quotations do
// not count.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { flesch } from 'flesch'
import { syllable } from 'syllable'
import { blocksOfMarkdown, sentencesOf } from './blocks.js'
import { read, root } from './documents.js'

const LEAST_READING_EASE = 50
/** Of fewer words the formula says nothing. */
const FEWEST_WORDS = 60

const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n')

function readingEase(text: string) {
  const sentences = blocksOfMarkdown(text)
    .filter(({ kind }) => kind === 'text')
    .flatMap(sentencesOf)
    // One letter is what is left of code, a link or a quotation.
    .map(({ words }) => words.filter((word) => /\p{L}{2}/u.test(word)))
    .filter((words) => words.length > 0)
  const words = sentences.flat()
  const syllables = words.reduce((sum, word) => sum + Math.max(1, syllable(word)), 0)
  return { words: words.length, ease: flesch({ sentence: sentences.length, word: words.length, syllable: syllables }) }
}

test('long words in long sentences are hard to read, and short ones are easy', () => {
  const hard = 'Authentication infrastructure necessitates comprehensive organizational prioritization considerations.'
  assert.ok(readingEase(hard).ease < 0)
  assert.ok(readingEase('The bank signs a token. The app checks it.').ease > 90)
  assert.equal(readingEase(`Short.\n\n\`\`\`\n${hard}\n\`\`\`\n\n| ${hard} |\n`).words, 1)
})

for (const path of documents) {
  test(`${path} is easy to read`, () => {
    const { words, ease } = readingEase(read(path))
    if (words >= FEWEST_WORDS) assert.ok(ease >= LEAST_READING_EASE, `Flesch reading ease ${ease.toFixed(0)}`)
  })
}

// What a text names and a reader looks for: links, their anchors, scripts of package.json, files. Each has to exist.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { capturesOf, prose } from './documents.js'

/** A place in a text, and what to write there. */
export interface Finding {
  readonly index: number
  readonly word: string
  readonly instead: string
}

/** The anchor that GitHub gives a heading. */
const slug = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[`*]/g, '')
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replace(/ /g, '-')

const anchorsOf = (path: string) => capturesOf(prose(readFileSync(path, 'utf8')), /^#+ (.+)$/gm).map(slug)

export function brokenLinks(root: string, path: string, text: string): Finding[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)]
  return targets.flatMap(({ 1: target = '', index }) => {
    if (/^[a-z]+:/.test(target)) return []
    const [file = '', anchor] = target.split('#')
    const found = join(root, file === '' ? path : join(dirname(path), file))
    if (!existsSync(found)) return [{ index, word: target, instead: 'a path that exists' }]
    if (anchor && !anchorsOf(found).includes(anchor))
      return [{ index, word: target, instead: 'the anchor of a heading' }]
    return []
  })
}

export const unknownScripts = (scripts: object, text: string): Finding[] =>
  [...text.matchAll(/npm (?:run )?(start|test|(?<=run )[a-z][\w-]*(?::[\w-]+)*)/g)]
    .filter(([, name = '']) => !(name in scripts))
    .map(({ 0: word, index }) => ({ index, word, instead: 'a script of package.json' }))

const FILE = /`((?:[\w.@*{},-]+\/)*[\w.*{},-]+\.(?:tsx?|mjs|cjs|md|sql|prisma|ya?ml|css|spec\.ts))`/g

/** A name with `*` and `{a,b}` as a pattern for the end of a path. */
const asPattern = (name: string) =>
  new RegExp(
    `(?:^|/)${name
      .replace(/[.+]/g, '\\$&')
      .replace(/\*\*?/g, '[^`]*')
      .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`)}$`,
  )

/** Files in back quotes that are neither below the root, nor anywhere in the repository under this name. */
export const unknownFiles = (files: readonly string[], text: string): Finding[] =>
  [...text.matchAll(FILE)]
    .filter(([, name = '']) => !files.some((file) => asPattern(name).test(file)))
    .map(({ 1: word = '', index }) => ({ index, word, instead: 'a file that exists' }))

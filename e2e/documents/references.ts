// What a text names and a reader looks for: links, their anchors, scripts of package.json, files. Each has to exist.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { prose } from './documents.js'

/** The anchor that GitHub gives a heading. */
const slug = (heading) =>
  heading
    .toLowerCase()
    .replace(/[`*]/g, '')
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replace(/ /g, '-')

const anchorsOf = (path) =>
  [...prose(readFileSync(path, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => slug(heading))

export function brokenLinks(root, path, text) {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)]
  return targets.flatMap(({ 1: target, index }) => {
    if (/^[a-z]+:/.test(target)) return []
    const [file, anchor] = target.split('#')
    const found = join(root, file === '' ? path : join(dirname(path), file))
    if (!existsSync(found)) return [{ index, word: target, instead: 'a path that exists' }]
    if (anchor && !anchorsOf(found).includes(anchor))
      return [{ index, word: target, instead: 'the anchor of a heading' }]
    return []
  })
}

export const unknownScripts = (scripts, text) =>
  [...text.matchAll(/npm (?:run )?(start|test|(?<=run )[a-z][\w-]*(?::[\w-]+)*)/g)]
    .filter(([, name]) => !(name in scripts))
    .map(({ 0: word, index }) => ({ index, word, instead: 'a script of package.json' }))

const FILE = /`((?:[\w.@*{},-]+\/)*[\w.*{},-]+\.(?:tsx?|mjs|cjs|md|sql|prisma|ya?ml|css|spec\.ts))`/g

/** A name with `*` and `{a,b}` as a pattern for the end of a path. */
const asPattern = (name) =>
  new RegExp(
    `(?:^|/)${name
      .replace(/[.+]/g, '\\$&')
      .replace(/\*\*?/g, '[^`]*')
      .replace(/\{([^}]*)\}/g, (_, names) => `(?:${names.replaceAll(',', '|')})`)}$`,
  )

/** Files in back quotes that are neither below the root, nor anywhere in the repository under this name. */
export const unknownFiles = (files, text) =>
  [...text.matchAll(FILE)]
    .filter(([, name]) => !files.some((file) => asPattern(name).test(file)))
    .map(({ 1: word, index }) => ({ index, word, instead: 'a file that exists' }))

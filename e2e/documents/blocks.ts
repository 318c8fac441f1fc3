// Prose as blocks (a paragraph, an item, a heading, a cell of a table) and sentences, each with its line. Code samples and
// quotations are replaced by one letter, so that a sentence keeps its length and no rule reads them.

export interface Block {
  readonly line: number
  readonly text: string
  readonly kind: 'cell' | 'heading' | 'text'
}

export interface Sentence {
  readonly line: number
  readonly words: readonly string[]
}

const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length
const emptied = (text: string) => text.replace(/[^\n]/g, ' ')

const withoutCode = (text: string) =>
  text
    .replace(/^ *```[\s\S]*?^ *```/gm, emptied)
    .replace(/<!--[\s\S]*?-->/g, emptied)
    .replace(/`[^`]*`/g, (code) => `X${code.replace(/[^\n]/g, '')}`)

/** What a reader sees of Markdown, without what is quoted. */
const plain = (text: string) =>
  text
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<\/?[a-zA-Z][^>]*>|<https?:[^>]*>|https?:\S+/g, (markup) => `X${markup.replace(/[^\n]/g, '')}`)
    .replace(/"[^"]*"|“[^”]*”/g, (quotation) => `X${quotation.replace(/[^\n]/g, '')}`)
    .replace(/\*\*?|__/g, '')

/** An item, a heading, a row, a tag, or a line of aligned columns. */
const STARTS_A_BLOCK = /^\s*(?:[-*] |\d+\. |#+ |\||@\w+|\S+ {2,}\S)/

function blocksOfLines(lines: readonly string[], firstLine = 1): Block[] {
  const blocks: Block[] = []
  let open: { line: number; text: string; kind: Block['kind'] } | undefined
  for (const [index, line] of lines.entries()) {
    const number = firstLine + index
    if (line.trim() === '' || /^\s*>/.test(line)) open = undefined
    else if (/^\s*\|/.test(line)) {
      open = undefined
      for (const cell of line.split(/(?<!\\)\|/)) blocks.push({ line: number, text: cell, kind: 'cell' })
    } else if (open && !STARTS_A_BLOCK.test(line)) open.text += `\n${line}`
    else {
      const kind = /^\s*#+ /.test(line) ? 'heading' : 'text'
      open = { line: number, text: line.replace(/^\s*(?:[-*]|\d+\.|#+) /, ''), kind }
      blocks.push(open)
      if (kind === 'heading') open = undefined
    }
  }
  return blocks.map((block) => ({ ...block, text: plain(block.text) }))
}

export const blocksOfMarkdown = (text: string): Block[] => blocksOfLines(withoutCode(text).split('\n'))

/** Whether a quotation mark is open at this place of its line. */
const isInString = (text: string, offset: number) => {
  const before = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)
  return [/'/g, /"/g, /`/g].some((mark) => (before.match(mark) ?? []).length % 2 === 1)
}

/** Every comment of a source file: of whole lines, at the end of a line, and between `/*` and its end. */
export function blocksOfComments(path: string, text: string): Block[] {
  const line = /\.(ya?ml|env|sh|toml)$|Dockerfile|Caddyfile/.test(path)
    ? '#'
    : /\.sql$/.test(path)
      ? '--'
      : '\\/\\/\\/?'
  const pattern = new RegExp(`(?<=^|[\\s{(,])\\/\\*\\*?([\\s\\S]*?)\\*\\/|(?:^|\\s)${line}(?: |$)(.*)`, 'gm')
  const kept = text.split('\n').map(() => '')
  for (const { index, 0: whole, 1: block, 2: rest } of text.matchAll(pattern)) {
    if (isInString(text, index)) continue
    const first = lineAt(text, index + whole.length - whole.trimStart().length)
    const lines = (block ?? rest ?? '').split('\n').map((one) => one.replace(/^\s*\*(?: |$)/, ''))
    for (const [offset, one] of lines.entries()) kept[first - 1 + offset] = /^ {4}/.test(one) ? '' : one
  }
  return blocksOfLines(withoutCode(kept.join('\n')).split('\n'))
}

/** A full stop ends a sentence before anything but a lower-case letter, a colon everywhere. */
const END_OF_SENTENCE = /(?<=[.!?][)’']*)\s+(?![\s\p{Ll}])|(?<=:)\s+/gu

export function sentencesOf({ line, text }: Pick<Block, 'line' | 'text'>): Sentence[] {
  const sentences: Sentence[] = []
  let start = 0
  for (const { index, 0: gap } of [...text.matchAll(END_OF_SENTENCE), { index: text.length, 0: '' }]) {
    const sentence = text.slice(start, index)
    const words = sentence.match(/\S*[\p{L}\p{N}]\S*/gu) ?? []
    const blank = sentence.length - sentence.trimStart().length
    if (words.length > 0) sentences.push({ line: line - 1 + lineAt(text, start + blank), words })
    start = index + gap.length
  }
  return sentences
}

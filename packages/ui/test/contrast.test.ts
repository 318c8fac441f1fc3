import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { uiAssets } from '../src/index.js'

const css = readFileSync(`${uiAssets.folder}signet.css`, 'utf8')

type Tokens = Map<string, { light: string; dark: string }>

/** The color tokens that a rule sets, in both themes. */
function tokensOf(selector: string): Tokens {
  const start = css.indexOf(`\n${selector} {`)
  const block = css.slice(start, css.indexOf('\n}', start))
  const tokens: Tokens = new Map()
  for (const [, name = '', value = ''] of block.matchAll(/--([\w-]+): ([^;]+);/g)) {
    const [light, dark = light] = value.match(/#[0-9a-f]{6}/g) ?? []
    if (light !== undefined && dark !== undefined) tokens.set(name, { light, dark })
  }
  return tokens
}

/** WCAG 2.2, relative luminance of a color `#rrggbb`. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

const sheets = ['paper', 'surface', 'sunken']
const pairs: [text: string, backgrounds: string[], atLeast: number][] = [
  ['ink', [...sheets, 'error-tint', 'success-tint', 'warning-tint', 'info-tint'], 7],
  ['muted', ['paper', 'surface'], 4.5],
  ['accent', sheets, 4.5],
  ['accent-hover', sheets, 4.5],
  ['on-accent', ['accent', 'accent-hover'], 4.5],
  ['on-bar', ['bar'], 7],
  ['bar-muted', ['bar'], 4.5],
  ['incoming', ['paper', 'surface'], 4.5],
  ['error', ['paper', 'surface', 'error-tint'], 4.5],
  ['success', ['paper', 'surface', 'success-tint'], 4.5],
  ['warning', ['warning-tint'], 4.5],
  ['part-header', sheets, 4.5],
  ['part-payload', sheets, 4.5],
  ['part-signature', sheets, 4.5],
  ['info', ['paper', 'surface', 'info-tint'], 4.5],
  // Non-text contrast (WCAG 1.4.11): edges of controls, lines of charts, the logo.
  ['edge', sheets, 3],
  ['gilt', ['bar'], 3],
  ['series', ['paper'], 3],
  ['series-2', ['paper'], 3],
]

const base = tokensOf(':root')
const brands: Record<string, Tokens> = {
  bank: base,
  retirement: new Map([...base, ...tokensOf('[data-brand="retirement"]')]),
}

describe('contrast', () => {
  it('is measured as WCAG defines it', () => {
    assert.equal(contrast('#000000', '#ffffff'), 21)
    assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48')
  })
  for (const [brand, tokens] of Object.entries(brands)) {
    for (const theme of ['light', 'dark'] as const) {
      for (const [text, backgrounds, atLeast] of pairs) {
        it(`${brand}, ${theme}: ${text} on ${backgrounds.join(', ')} is at least ${atLeast}`, () => {
          for (const background of backgrounds) {
            const [front, back] = [tokens.get(text)?.[theme], tokens.get(background)?.[theme]]
            assert.ok(front !== undefined && back !== undefined, `no token ${text} or ${background}`)
            const ratio = contrast(front, back)
            assert.ok(ratio >= atLeast, `${front} on ${background} ${back}: ${ratio.toFixed(2)}`)
          }
        })
      }
    }
  }
})

import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import fc from 'fast-check'
import { likePattern, parseSearch } from '../../src/accounts/rules.js'
import { csvOf } from '../../src/accounts/statement.js'
import {
  decimal,
  isMonth,
  memoCell,
  monthBounds,
  monthName,
  monthsBetween,
  spreadsheetTime,
} from '../../src/accounts/statement-rules.js'

/** A CSV statement with these rows. */
const csv = async (rows: string[][]) => String(await buffer(csvOf(Readable.from(rows))))

/** Parses CSV (RFC 4180), separated by commas or, as spreadsheets of many countries expect, by semicolons. */
function cellsOf(csv: string, separator: string): string[] {
  const cells = csv.matchAll(new RegExp(`(?:^|${separator}|\r\n)(?:"((?:[^"]|"")*)"|([^${separator}\r\n]*))`, 'g'))
  return [...cells].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
}

/** The start of a spreadsheet formula: after blanks, invisible characters and quotes, in any width. */
const isFormula = (cell: string) =>
  /^[^\p{L}\p{N}\p{P}\p{S}]*[\s"\u115f\u3164\u2800]*[=+\-@＝＋－＠﹢﹣﹦﹫]/u.test(cell)

const BLANKS = [
  '',
  ' ',
  '\u00a0',
  '\t',
  '\u2003',
  '\u3000',
  '\ufeff',
  '\u200b',
  '\u3164',
  '\u2800',
  '\u202e',
  '"',
  '" ',
]
const SIGNS = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '\u2212']

test('a memo never starts a formula, for any characters before its sign', async () => {
  for (const sign of SIGNS) {
    for (const blank of BLANKS) {
      for (const before of ['', 'x;', `;${blank}`]) {
        const memo = `${before}${blank}${sign}1+1`
        const file = await csv([['2026-11-25 09:30:00', memoCell(memo), '-1.00']])
        for (const separator of [',', ';']) {
          const [, ...cells] = cellsOf(file.split('\r\n')[1] ?? '', separator)
          const bad = cells.filter((cell) => isFormula(cell) && !/^-\d+\.\d\d$/.test(cell))
          assert.deepEqual(bad, [], JSON.stringify([memo, separator]))
        }
      }
    }
  }
})

test('a memo is unchanged in a statement except for apostrophes and direction controls', async () => {
  const piece = fc.constantFrom(';', ' ', ',', '"', "'", '=', '+', '-', '@', 'x', 'é', '1', '\u00a0', '🎉')
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: piece, minLength: 1, maxLength: 12 }), async (memo) => {
      const [, line = ''] = (await csv([['1', memoCell(memo), '2']])).split('\r\n')
      const [one, read = '', two] = cellsOf(line, ',')
      const plain = (written: string) => written.replaceAll("'", '')
      assert.deepEqual([one, plain(read), two], ['1', plain(memo), '2'])
    }),
  )
  assert.equal(memoCell('a "b", c'), 'a "b", c')
  assert.equal(memoCell('Rent \u202e00.5'), 'Rent 00.5')
  assert.equal(memoCell("x;=cmd|' /C calc'!A0;y"), "x;'=cmd|' /C calc'!A0;y")
})

test('a statement starts with a byte order mark and its columns, even without entries', async () => {
  assert.equal(await csv([]), '\ufeffDate (UTC),Memo,Amount,Balance,Currency,Entry,Transfer\r\n')
  const [, line] = (await csv([['2026-11-25 09:30:00', 'Né', '-1.00', '9.00', 'USD', '7', '']])).split('\r\n')
  assert.equal(line, '2026-11-25 09:30:00,Né,-1.00,9.00,USD,7,')
})

test('a statement whose rows fail ends with an error, and not like a complete one', async () => {
  async function* rows() {
    yield ['1']
    throw new Error('the database went away')
  }
  await assert.rejects(buffer(csvOf(rows())), /the database went away/)
})

test('a time has a format that spreadsheets read, in UTC', () => {
  assert.equal(spreadsheetTime(new Date('2026-11-25T23:59:59.999Z')), '2026-11-25 23:59:59')
})

test('money is a plain decimal', () => {
  assert.deepEqual(
    [decimal(0n, 'USD'), decimal(-5n, 'USD'), decimal(123_456n, 'USD'), decimal(7n, 'JPY')],
    ['0.00', '-0.05', '1234.56', '7'],
  )
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }), (amount) => {
      assert.equal(BigInt(decimal(amount, 'USD').replace('.', '')), amount)
    }),
  )
})

test('a month has a readable name', () => {
  assert.equal(monthName('2026-11'), 'November 2026')
  assert.equal(monthName('2024-02'), 'February 2024')
})

test('months follow each other without a gap', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
      fc.nat(80),
      (from, later) => {
        const until = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + later, 1))
        const months = monthsBetween(from, until)
        assert.equal(months.length, later + 1)
        for (const [index, month] of months.entries()) {
          assert.ok(isMonth(month))
          const newer = months[index - 1]
          if (newer) assert.deepEqual(monthBounds(month).until, monthBounds(newer).from)
        }
      },
    ),
  )
  for (const text of ['2026-13', '2026-00', '26-01', '2026-1', 'x', '2026-01-01']) assert.equal(isMonth(text), false)
})

test('a search finds text literally, and amounts with or without a sign', () => {
  assert.deepEqual(parseSearch('  ', 'USD'), undefined)
  assert.deepEqual(parseSearch(' Rent ', 'USD'), { text: 'Rent', amountsMinor: [] })
  assert.deepEqual(parseSearch('$1,200', 'USD')?.amountsMinor, [120_000n, -120_000n])
  assert.deepEqual(parseSearch('-12.50', 'USD')?.amountsMinor, [-1_250n])
  assert.deepEqual(parseSearch('\u221212.50', 'USD')?.amountsMinor, [-1_250n], 'as the page writes it')
  assert.deepEqual(parseSearch('+12.50', 'USD')?.amountsMinor, [1_250n])
  assert.equal(likePattern('100%_\\'), '%100\\%\\_\\\\%')
})

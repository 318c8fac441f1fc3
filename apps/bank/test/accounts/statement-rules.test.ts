import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { likePattern, parseSearch } from '../../src/accounts/rules.js'
import { csvLine, decimal, isMonth, monthBounds, monthName, monthsBetween } from '../../src/accounts/statement-rules.js'

/** Reads a line of CSV as RFC 4180 has it. */
function parseCsv(line: string): string[] {
  assert.ok(line.endsWith('\r\n'))
  return [...line.slice(0, -2).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )
}

test('a line of CSV holds what was put in, and nothing that a spreadsheet would compute', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 5 }), (cells) => {
      const read = parseCsv(csvLine(cells))
      assert.equal(read.length, cells.length)
      for (const [index, cell] of cells.entries()) {
        // What stands between semicolons is a cell to some: each of those is as it was, or begins with one apostrophe more.
        const parts = read[index]?.split(';').map((part) => part.replace(/^([\s"]*)'(?=[=+\-@\t\r＝＋－＠])/, '$1'))
        const were = cell.split(';').map((part) => part.replace(/^([\s"]*)'(?=[=+\-@\t\r＝＋－＠])/, '$1'))
        assert.deepEqual(parts, were)
        if (!cell.includes(';')) assert.ok(read[index] === cell || read[index] === `'${cell}`)
        if (!/^-?\d/.test(cell)) assert.doesNotMatch(read[index] ?? '', /^[=+\-@\t\r]/)
      }
    }),
  )
  assert.equal(csvLine(['=1+1', '-5.00', '-5+A1', 'a "b", c']), `'=1+1,-5.00,'-5+A1,"a ""b"", c"\r\n`)
  assert.equal(
    csvLine(['＝1+1', '＋1', '－1', '＠SUM(1)']),
    `'＝1+1,'＋1,'－1,'＠SUM(1)\r\n`,
    'wide signs are the same to a spreadsheet',
  )
})

test('nor what one would compute that begins a cell at semicolons too', () => {
  const piece = fc.constantFrom(';', ' ', '"', "'", '=', '+', '-', '@', 'x', '1', '\t')
  fc.assert(
    fc.property(fc.string({ unit: piece, minLength: 1, maxLength: 12 }), (memo) => {
      const [, ...begun] = csvLine(['2026-11-25', memo, '-1.00']).split(';')
      for (const cell of begun) assert.doesNotMatch(cell, /^[\s"]*[=+\-@]/, JSON.stringify(memo))
    }),
  )
  assert.equal(csvLine(["x;=cmd|' /C calc'!A0;y", '1;2']), `"x;'=cmd|' /C calc'!A0;y","1;2"\r\n`)
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

test('a month has a name that people read', () => {
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

test('a search finds words as they stand, and amounts with or without their sign', () => {
  assert.deepEqual(parseSearch('  ', 'USD'), undefined)
  assert.deepEqual(parseSearch(' Rent ', 'USD'), { text: 'Rent', amountsMinor: [] })
  assert.deepEqual(parseSearch('$1,200', 'USD')?.amountsMinor, [120_000n, -120_000n])
  assert.deepEqual(parseSearch('-12.50', 'USD')?.amountsMinor, [-1_250n])
  assert.deepEqual(parseSearch('\u221212.50', 'USD')?.amountsMinor, [-1_250n], 'as the page writes it')
  assert.deepEqual(parseSearch('+12.50', 'USD')?.amountsMinor, [1_250n])
  assert.equal(likePattern('100%_\\'), '%100\\%\\_\\\\%')
})

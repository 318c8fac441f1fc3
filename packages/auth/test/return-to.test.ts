import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeReturnTo } from '../src/verifier.js'

const BANK = 'http://bank.signet.localhost:3001'
const PLAN = 'http://retirement.signet.localhost:3002'
const HOME = `${BANK}/`

const TAKEN = [
  `${BANK}/`,
  `${PLAN}/`,
  `${PLAN}/?contributions=all#contributions`,
  `${BANK}/accounts/1?cursor=2`,
  `${PLAN}/a/%2e%2e/b`,
]
for (const url of TAKEN) {
  test(`accepts ${url}`, () => {
    assert.equal(safeReturnTo(url, [BANK, PLAN], HOME), new URL(url).href)
  })
}

const REFUSED: readonly unknown[] = [
  undefined,
  null,
  '',
  '/',
  '/accounts',
  '//evil.example',
  '\\\\evil.example',
  '/\\evil.example',
  'https://evil.example/',
  `${BANK}.evil.example/`,
  `${BANK}@evil.example/`,
  'http://bank.signet.localhost:3001@evil.example/',
  'http://user:secret@bank.signet.localhost:3001/',
  'http://bank.signet.localhost:3001:80/',
  'http://bank.signet.localhost:30011/',
  'http://bank.signet.localhost/',
  'https://bank.signet.localhost:3001/',
  'HTTP://bank.signet.localhost:3001/',
  'http:bank.signet.localhost:3001/',
  'http:///bank.signet.localhost:3001/',
  'javascript:alert(1)',
  'data:text/html,x',
  ` ${BANK}/`,
  `${BANK}/ `,
  `${BANK}/\u0000`,
  `${BANK}/\r\nSet-Cookie: a=b`,
  `${BANK}\\@evil.example/`,
  `${BANK}/\t//evil.example`,
  [`${BANK}/`, `${PLAN}/`],
  { href: BANK },
  `${BANK}/${'x'.repeat(2048)}`,
]
for (const url of REFUSED) {
  test(`returns the fallback for ${JSON.stringify(url)?.slice(0, 80)}`, () => {
    assert.equal(safeReturnTo(url, [BANK, PLAN], HOME), HOME)
  })
}

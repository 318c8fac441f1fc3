import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isApiPath, originForm } from '../../src/http/request-target.js'

for (const [url, expected] of [
  ['/', '/'],
  ['/a/b?c=d', '/a/b?c=d'],
  ['http://host/a?b=c', '/a?b=c'],
  ['HTTP://HOST/a', '/a'],
  ['https://host', '/'],
  ['http://host?a=1', '/?a=1'],
  ['http://user@host:80/a', '/a'],
  ['//evil.example/a', '//evil.example/a'],
  ['/%61pi/me', '/api/me'],
  ['/%41%5A%7a%30%2D%2e%5F%7E', '/AZz0-._~'],
  ['/a%2Fb%3F%25%20%40', '/a%2Fb%3F%25%20%40'],
  ['/%2561', '/%2561'],
  ['/a?b=%61', '/a?b=%61'],
  ['/%zz', '/%zz'],
  ['*', '*'],
] as const) {
  test(`the target ${url} is ${expected}`, () => assert.equal(originForm({ url }), expected))
}

for (const [url, expected] of [
  ['/api/me', true],
  ['/api', true],
  ['/api?a', true],
  ['/apis', false],
  ['/', false],
  ['/a/api/', false],
] as const) {
  test(`${url} ${expected ? 'belongs' : 'does not belong'} to the API`, () => assert.equal(isApiPath(url), expected))
}

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { newCustomer } from '../customer.js'
import { bankWithoutDemo, cookieOf, sharedBank, type TestBank, tokenOf } from '../support.js'

const PAGES = ['/token', '/compare', '/operations', '/tour', '/tour/1']
const ASSETS = ['demo', 'labs', 'tour', 'compare', 'operations', 'bars'].map((name) => `/assets/${name}.css`)
const TRACES_OF_DEMO = ['demo.css', 'Under the hood', 'Take the tour', 'nanosecond-wire', 'href="/compare"']

describe('the demo', () => {
  let on: TestBank
  let off: TestBank
  before(async () => {
    on = await sharedBank()
    off = await bankWithoutDemo()
  })

  test('is there with DEMO=1: its pages, its assets, and what it adds to the sign-in page', async () => {
    const headers = cookieOf(await tokenOf(on.app))
    for (const url of [...PAGES, ...ASSETS]) assert.equal((await on.app.inject({ url, headers })).statusCode, 200, url)
    const { body } = await on.app.inject('/sign-in')
    for (const trace of TRACES_OF_DEMO) assert.ok(body.includes(trace), trace)
    assert.match((await on.app.inject({ url: '/', headers })).body, /<nav[^>]*>.*<a href="\/token">Token<\/a>.*<\/nav>/)
  })

  test('is not there with DEMO=0, and the product is', async () => {
    const headers = cookieOf((await newCustomer(off)).token)
    for (const url of [...PAGES, ...ASSETS]) assert.equal((await off.app.inject({ url, headers })).statusCode, 404, url)
    const pages = [await off.app.inject('/sign-in'), await off.app.inject({ url: '/', headers })]
    for (const { statusCode, body } of pages) {
      assert.equal(statusCode, 200)
      for (const trace of TRACES_OF_DEMO) assert.ok(!body.includes(trace), trace)
    }
  })
})

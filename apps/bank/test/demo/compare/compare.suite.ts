import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { bankWithoutDemo, form, sharedBank, type TestBank } from '../../support.js'

let bank: TestBank
before(async () => {
  // Nobody listens at port 1: what the other app says has a story of its own, in a browser.
  bank = await sharedBank({ RETIREMENT_INTERNAL_URL: 'http://127.0.0.1:1' })
  await bank.app.listen({ host: '127.0.0.1', port: 0 })
})

const measure = (headers: Record<string, string> = {}) =>
  bank.app.inject({ method: 'POST', url: '/compare', headers: { ...form, ...headers } })
const page = async () => (await bank.app.inject({ url: '/compare' })).body
/** The cells of a row of the page, by what stands in its first. */
function row(html: string, question: string): string[] {
  const found = html.split('<tr').find((text) => text.includes(`>${question}<`))
  assert.ok(found, question)
  return [...found.matchAll(/<td.*?<\/td>/gs)].map(([cell]) =>
    cell
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
}
const measuredUsers = async () => {
  const username = { startsWith: 'measured-' }
  return [
    await bank.db.user.count({ where: { username } }),
    await bank.db.session.count({ where: { user: { username } } }),
  ]
}

describe('/compare', () => {
  test('says that nothing has been measured, and measures at the press of its button', async () => {
    assert.match(await page(), /Nothing has been measured/)
    const [one, other] = await Promise.all([measure(), measure()])
    for (const { statusCode, headers } of [one, other])
      assert.deepEqual([statusCode, headers.location], [303, '/compare#measured'])
    assert.deepEqual(await measuredUsers(), [0, 0], 'no measured user is left behind')

    const html = await page()
    assert.doesNotMatch(html, /Nothing has been measured/)
    assert.doesNotMatch(html, /eyJ|signet_(token|session|shared_session)=/, 'no token and no cookie')
    assert.deepEqual(row(html, 'Lookups for each request'), ['1 in its own memory', '1 in PostgreSQL', 'none'])
    assert.deepEqual(row(html, 'This app says'), Array(3).fill('knows you 200'))
    assert.deepEqual(row(html, 'The other app says'), Array(3).fill('no answer'))
    assert.deepEqual(row(html, 'After a restart'), [
      'does not know you 401 token_missing',
      'knows you 200',
      'knows you 200',
    ])
    assert.deepEqual(row(html, 'With the store down'), [
      'knows you 200',
      'cannot tell 503 unavailable',
      'knows you 200',
    ])
    for (const text of row(html, 'From sign-out to refusal here')) assert.match(text, /^[\d.]+ m?s$/)
    const [memory, store, token] = row(html, 'On the wire').map((text) => Number.parseInt(text, 10))
    assert.equal(memory, 'signet_session='.length + 43)
    assert.equal(store, 'signet_shared_session='.length + 43)
    assert.ok(token !== undefined && token > 500 && token <= 1024)
  })

  test('is shown by another replica, which did not measure it', async () => {
    const replica = await sharedBank({})
    const { body } = await replica.app.inject({ url: '/compare' })
    assert.match(body, /Measure again/)
  })

  test('measures for no other site', async () => {
    for (const headers of [{ 'sec-fetch-site': 'same-site' }, { origin: 'http://evil.localhost' }])
      assert.equal((await measure(headers)).statusCode, 403)
  })

  test('is not there without DEMO, nor is what a page tells of its request', async () => {
    const { app } = await bankWithoutDemo()
    const nowhere = await app.inject({ url: '/compare', headers: { accept: 'text/html' } })
    assert.equal(nowhere.statusCode, 404)
    assert.doesNotMatch(nowhere.body, /Under the hood|Answered by/, 'nor is it told which process answers')
    assert.equal((await app.inject({ method: 'POST', url: '/compare', headers: form })).statusCode, 404)
  })
})

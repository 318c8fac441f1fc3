import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { bankWithoutDemo, form, sharedBank, type TestBank } from '../../support.js'

let bank: TestBank
before(async () => {
  // No server listens at port 1. The response of the other app has an end-to-end test.
  bank = await sharedBank({ RETIREMENT_INTERNAL_URL: 'http://127.0.0.1:1' })
  await bank.app.listen({ host: '127.0.0.1', port: 0 })
})

const measure = (headers: Record<string, string> = {}) =>
  bank.app.inject({ method: 'POST', url: '/compare', headers: { ...form, ...headers } })
const page = async () => (await bank.app.inject({ url: '/compare' })).body
/** The cells of the row whose header is `question`. */
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
  test('says that there is no measurement, and measures when the form is sent', async () => {
    assert.match(await page(), /There is no measurement/)
    const [one, other] = await Promise.all([measure(), measure()])
    for (const { statusCode, headers } of [one, other])
      assert.deepEqual([statusCode, headers.location], [303, '/compare#measured'])
    assert.deepEqual(await measuredUsers(), [0, 0], 'no measured user is left behind')

    const html = await page()
    assert.doesNotMatch(html, /There is no measurement/)
    assert.doesNotMatch(html, /eyJ|signet_(token|session|shared_session)=/, 'no token and no cookie')
    assert.deepEqual(row(html, 'Lookups per request'), ['1 in memory', '1 in PostgreSQL', 'none'])
    assert.deepEqual(row(html, 'Response of this app'), Array(3).fill('accepted 200'))
    assert.deepEqual(row(html, 'Response of the other app'), Array(3).fill('no response'))
    assert.deepEqual(row(html, 'After a restart'), ['refused 401 token_missing', 'accepted 200', 'accepted 200'])
    assert.deepEqual(row(html, 'With the store down'), ['accepted 200', 'unavailable 503 unavailable', 'accepted 200'])
    for (const text of row(html, 'Sign-out propagation to this app')) assert.match(text, /^[\d.]+ m?s$/)
    const [memory, store, token] = row(html, 'Cookie size').map((text) => Number.parseInt(text, 10))
    assert.equal(memory, 'signet_session='.length + 43)
    assert.equal(store, 'signet_shared_session='.length + 43)
    assert.ok(token !== undefined && token > 500 && token <= 1024)
  })

  test('shows the measurement of another replica', async () => {
    const replica = await sharedBank({})
    const { body } = await replica.app.inject({ url: '/compare' })
    assert.match(body, /Measure again/)
  })

  test('refuses a cross-site form', async () => {
    for (const headers of [{ 'sec-fetch-site': 'same-site' }, { origin: 'http://evil.localhost' }])
      assert.equal((await measure(headers)).statusCode, 403)
  })

  test('does not exist without DEMO, and error pages have no “Under the hood” panel', async () => {
    const { app } = await bankWithoutDemo()
    const nowhere = await app.inject({ url: '/compare', headers: { accept: 'text/html' } })
    assert.equal(nowhere.statusCode, 404)
    assert.doesNotMatch(nowhere.body, /Under the hood|Answered by/, 'the page does not name the process')
    assert.equal((await app.inject({ method: 'POST', url: '/compare', headers: form })).statusCode, 404)
  })
})

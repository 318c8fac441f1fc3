import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import Fastify from 'fastify'
import { MAX_COOKIES_TRIED } from '../src/cookies.js'
import { type CookieDefinition, defineCookie, readCookie } from '../src/verifier.js'

async function written(cookie: CookieDefinition, act: 'set' | 'clear' | 'clearEverywhere'): Promise<string[]> {
  const app = Fastify()
  app.get('/', async (_request, reply) => {
    if (act === 'set') cookie.set(reply, 'a.b-c_d', 60)
    else cookie[act](reply)
    return ''
  })
  const { headers } = await app.inject('/')
  await app.close()
  return [headers['set-cookie'] ?? []].flat()
}

const attributesOf = (cookie: string) =>
  cookie
    .split('; ')
    .slice(1)
    .filter((part) => !part.startsWith('Max-Age'))

const prefix = 'signet'
for (const scope of [
  { prefix, domain: 'signet.localhost', secure: false },
  { prefix, domain: 'signet.example', secure: true },
  { prefix, domain: undefined, secure: true },
  { prefix, domain: undefined, secure: false },
]) {
  test(`clears with the attributes it sets: ${JSON.stringify(scope)}`, async () => {
    const cookie = defineCookie('token', scope)
    const [set = ''] = await written(cookie, 'set')
    const [cleared = ''] = await written(cookie, 'clear')
    assert.deepEqual(attributesOf(cleared), attributesOf(set))
    assert.equal(cleared.split(';')[0], `${cookie.name}=`)
    assert.match(cleared, /Max-Age=0/)
  })
}

test('a name begins with the security prefix and the installation’s prefix', () => {
  assert.equal(defineCookie('a', { prefix: 'x', domain: 'x.example', secure: true }).name, '__Secure-x_a')
  assert.equal(defineCookie('a', { prefix: 'x', domain: undefined, secure: true }).name, '__Host-x_a')
  assert.equal(defineCookie('a', { prefix: 'x', domain: 'x.localhost', secure: false }).name, 'x_a')
})

test('a shared cookie has all its attributes', async () => {
  assert.deepEqual(await written(defineCookie('token', { prefix, domain: 'signet.localhost', secure: false }), 'set'), [
    'signet_token=a.b-c_d; Max-Age=60; Domain=signet.localhost; Path=/; HttpOnly; SameSite=Lax',
  ])
})

const READINGS: ReadonlyArray<
  readonly [header: string | undefined, count: number, value: string, others?: readonly string[]]
> = [
  [undefined, 0, ''],
  ['', 0, ''],
  ['t=1', 1, '1'],
  ['a=2; t=1; b=3', 1, '1'],
  ['t=1; t=2', 2, '1', ['2']],
  ['t=1; a=2; t=3;t=4; t=; t=6', 5, '1', ['3', '4', '']],
  ['t=a=b', 1, 'a=b'],
  ['xt=1; tx=2', 0, ''],
  ['t', 0, ''],
  ['t=', 1, ''],
  ['t=%41', 1, '%41'],
  ['t="1"', 1, '"1"'],
]
for (const [header, count, value, others = []] of READINGS) {
  test(`reads t from ${JSON.stringify(header)}`, () => {
    assert.deepEqual(readCookie(header, 't'), { count, value, others })
  })
}

test('reads the same as splitting the header at every semicolon', () => {
  const takenApart = (header: string, name: string) => {
    const values = header.split(';').flatMap((pair) => {
      const equals = pair.indexOf('=')
      return equals !== -1 && pair.slice(0, equals).trim() === name ? [pair.slice(equals + 1)] : []
    })
    return { count: values.length, value: values[0] ?? '', others: values.slice(1, MAX_COOKIES_TRIED) }
  }
  const piece = fc.constantFrom('tok', 'to', 'k', '=', ';', ' ', '"', 'tok=', 'x')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
      const header = pieces.join('')
      assert.deepEqual(readCookie(header, 'tok'), takenApart(header, 'tok'))
    }),
    { seed: 7, numRuns: 5_000 },
  )
})

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, afterEach, before, describe, test } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import Fastify, { type FastifyInstance } from 'fastify'
import { FIXED_KEYS, fixedWorld, SETTINGS } from '../../conformance/fixed-world.js'
import { type IssuerServer, startIssuerServer } from '../../conformance/runner/issuer-server.js'
import { headersOf } from '../../conformance/runner/send.js'
import { type Vector, vectorsOf } from '../../conformance/vectors.js'
import { forger } from '../../conformance/world.js'
import { vectorFiles } from '../../conformance/write-vectors.js'
import { keyRing } from '../../src/keys/ring.js'
import {
  type AuthError,
  authentication,
  defineCookie,
  followStatusLists,
  httpStatusListSource,
} from '../../src/verifier.js'
import { freezeClock, setClock } from '../support.js'

freezeClock()

const { nowSeconds: NOW, issuer, audience, clientId, accessTokenTtlSeconds, maxAgeSeconds, cookieName } = SETTINGS
const folder = new URL('../../../vectors/', import.meta.url)

describe('the files of vectors', () => {
  const files = vectorFiles()
  const all = [...files.values()].flatMap((text): { id: string; reason: string }[] => JSON.parse(text).vectors)

  test('are what the tables generate: else run `npm run vectors`', () => {
    const present = readdirSync(folder).filter((name) => name.endsWith('.json') && name !== 'schema.json')
    assert.deepEqual(present.sort(), [...files.keys()].sort())
    for (const [name, text] of files) assert.equal(readFileSync(new URL(name, folder), 'utf8'), text, name)
  })

  test('have the form of their schema', () => {
    const validate = new Ajv2020().compile(JSON.parse(readFileSync(new URL('schema.json', folder), 'utf8')))
    for (const [name, text] of files)
      assert.ok(validate(JSON.parse(text)), `${name}: ${JSON.stringify(validate.errors)}`)
  })

  test('have at least 400 vectors, each with its own id', () => {
    assert.ok(all.length >= 400, String(all.length))
    assert.equal(new Set(all.map(({ id }) => id)).size, all.length)
  })
})

test('no attack is the genuine token, whatever the kid', () => {
  const world = fixedWorld('HS256')
  for (const kid of ['k1', '12345678', 'ABCDEF']) {
    const of = { ...world, key: { ...world.key, kid } }
    const attacks = vectorsOf(of, maxAgeSeconds).filter(({ category }) => category === 'keys')
    for (const { tokens, id } of attacks) assert.ok(!tokens.includes(forger(of).good), id)
  }
})

/** The verifier of this package, with every key of the vectors and the lists that a server of the test serves. */
async function openVerifier(internalUrl: string): Promise<FastifyInstance> {
  const app = Fastify()
  app.setErrorHandler((error: AuthError, _request, reply) =>
    reply.code(error.statusCode).headers(error.headers).send({ code: error.code }),
  )
  const keys = keyRing([...FIXED_KEYS.HS256, ...FIXED_KEYS.EdDSA])
  const source = httpStatusListSource({ keys, issuer, internalUrl })
  const statusLists = followStatusLists({ issuer, source, maxAgeSeconds })
  app.addHook('onClose', async () => statusLists.close())
  const [prefix = ''] = cookieName.split('_')
  const tokenCookie = defineCookie('token', { prefix, domain: undefined, secure: false })
  const rules = { keys, issuer, clientId, audience, accessTokenTtlSeconds }
  await app.register(authentication, { ...rules, tokenCookie, statusLists })
  app.get('/', () => ({ code: 'accepted' }))
  return app
}

function listPath({ tokens }: Vector): string {
  const [, payload = ''] = String(tokens[0]).split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()).status?.status_list?.uri?.slice(issuer.length) ?? ''
}

for (const alg of ['HS256', 'EdDSA'] as const) {
  const world = fixedWorld(alg)
  const vectors = vectorsOf(world, maxAgeSeconds)
  const codeOf = async (app: FastifyInstance, { tokens }: Vector, carrier: Vector['carriers'][number]) => {
    const { statusCode, headers, ...answer } = await app.inject({
      url: '/',
      headers: headersOf(tokens, carrier, cookieName),
    })
    const challenge = tokens.length > 0 ? /^Bearer error="invalid_token"/ : /^Bearer$/
    if (statusCode === 401) assert.match(String(headers['www-authenticate']), challenge)
    return answer.json().code
  }

  describe(`this package answers every vector of ${alg} as expected`, () => {
    let server: IssuerServer
    let app: FastifyInstance
    before(async () => {
      server = await startIssuerServer(0, {})
      const { lists } = JSON.parse([...vectorFiles().values()][0] ?? '')
      for (const uri of Object.keys(lists)) server.change(uri.slice(issuer.length), lists[uri])
      app = await openVerifier(server.url)
    })
    after(async () => {
      await app.close()
      await server.close()
    })
    afterEach(() => setClock(NOW))

    for (const vector of vectors.filter(({ list, atSeconds }) => !list && atSeconds === undefined)) {
      for (const carrier of vector.carriers) {
        test(`${vector.id}, by ${carrier}`, async () => {
          assert.equal(await codeOf(app, vector, carrier), vector.expected)
        })
      }
    }
    // These have a verifier of their own, which has cached nothing at another time.
    for (const vector of vectors.filter(({ list, atSeconds }) => list || atSeconds !== undefined)) {
      test(vector.id, async () => {
        const own = await openVerifier(server.url)
        const [first, second] = vector.list ?? []
        const path = listPath(vector)
        if (first) server.change(path, first)
        if (second) {
          const followed = server.nextRequest(path).then(() => server.nextRequest(path))
          await codeOf(own, vector, 'cookie')
          await followed
          setClock(NOW + second.atSeconds)
          const read = server.nextRequest(path)
          server.change(path, second)
          await read
        }
        setClock(NOW + (vector.atSeconds ?? 0))
        assert.equal(await codeOf(own, vector, 'cookie'), vector.expected)
        await own.close()
      })
    }
  })
}

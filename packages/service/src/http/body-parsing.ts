import formbody from '@fastify/formbody'
import { Ajv } from 'ajv'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import fastifyPlugin from 'fastify-plugin'
import type { TSchema } from 'typebox'
import { ServiceError } from './errors.js'

/** The schemas of routes are checked by the test of the OpenAPI document: checking them here slows down every start. */
const OPTIONS = { removeAdditional: false, useDefaults: true, allErrors: false, validateSchema: false } as const

/** Bodies are taken as they are; query strings and path parameters are text and become what their schema says. */
const exact = new Ajv({ coerceTypes: false, ...OPTIONS })
const coercing = new Ajv({ coerceTypes: true, ...OPTIONS })

const compiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const holds = exact.compile(schema)
  if (httpPart === 'body') return holds
  const coerce = coercing.compile(schema)
  // What the text has become is held to the schema once more: four hundred digits become Infinity, and Ajv's rules for
  // numbers, `maximum` among them, pass over what is not finite.
  return (data: unknown) => {
    const typed = { ...(data as object) }
    const broken = coerce(data) ? (holds(data) ? misspelt(typed, data as object) : holds.errors) : coerce.errors
    return broken ? { error: broken as FastifySchemaValidationError[] } : true
  }
}

/** A number in an address has one spelling, the one that we would write: not 1e3, 0x10, 01, +1, 1.0, or a space before it. */
function misspelt(typed: object, data: object): FastifySchemaValidationError[] | null {
  const wrong = Object.entries(data).find(
    ([name, value]) => typeof value === 'number' && String(value) !== Reflect.get(typed, name),
  )
  if (!wrong) return null
  const [name] = wrong
  return [
    {
      keyword: 'type',
      instancePath: `/${name}`,
      schemaPath: '',
      params: {},
      message: 'must be written in digits alone',
    },
  ]
}

/** Bodies are small: a compressed one would only hide how large it becomes. */
const isPlain = (contentEncoding = 'identity'): boolean => contentEncoding.trim().toLowerCase() === 'identity'

const isForm = (contentType = ''): boolean => /^\s*application\/x-www-form-urlencoded/i.test(contentType)

/**
 * Pages take forms and nothing else, the API takes JSON and nothing else, strictly by its schema. An empty body is no body: clients send `Content-Type` with a bodiless
 * POST too. `__proto__` and `constructor` in a body are refused by Fastify's own parser.
 */
export const bodyParsing = fastifyPlugin(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', (request, _reply, done) => {
      const { 'content-type': contentType, 'content-encoding': contentEncoding } = request.headers
      const fits =
        (contentType === undefined && contentEncoding === undefined) ||
        request.headers['content-length'] === '0' ||
        request.is404 ||
        (isForm(contentType) === (request.routeOptions.config.page === true) && isPlain(contentEncoding))
      if (fits) done()
      else done(new ServiceError('unsupported_media_type'))
    })
    app.setValidatorCompiler(compiler)
    app.removeContentTypeParser(['application/json', 'text/plain'])
    const parseJson = app.getDefaultJsonParser('error', 'error')
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      if (body.length === 0) return done(null, undefined)
      return parseJson(request, body as string, done)
    })
    await app.register(formbody)
  },
  { name: '@signet/body-parsing', fastify: '5.x' },
)

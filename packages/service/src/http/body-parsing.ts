import formbody from '@fastify/formbody'
import { Ajv } from 'ajv'
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import fastifyPlugin from 'fastify-plugin'
import type { TSchema } from 'typebox'
import { ServiceError } from './errors.js'

/** A test of the OpenAPI description validates the schemas. Validating them here would slow down every start. */
const OPTIONS = { removeAdditional: false, useDefaults: true, allErrors: false, validateSchema: false } as const

/** Bodies are validated without coercion. Query strings and path parameters are text and are converted to their schema's type. */
const exact = new Ajv({ coerceTypes: false, ...OPTIONS })
const coercing = new Ajv({ coerceTypes: true, ...OPTIONS })

const compiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const holds = exact.compile(schema)
  if (httpPart === 'body') return holds
  const coerce = coercing.compile(schema)
  // Validates the converted values again: 400 digits become Infinity, and Ajv ignores `maximum` and other rules for numbers that
  // are not finite.
  return (data: unknown) => {
    const typed = { ...(data as object) }
    const broken = coerce(data) ? (holds(data) ? nonCanonical(typed, data as object) : holds.errors) : coerce.errors
    return broken ? { error: broken as FastifySchemaValidationError[] } : true
  }
}

/** Accepts only the canonical form of a number in a URL: not 1e3, 0x10, 01, +1, 1.0, or a leading space. */
function nonCanonical(typed: object, data: object): FastifySchemaValidationError[] | null {
  const wrong = Object.entries(data).find(
    ([name, value]) => typeof value === 'number' && String(value) !== Reflect.get(typed, name),
  )
  if (!wrong) return null
  const at = { keyword: 'type', instancePath: `/${wrong[0]}`, schemaPath: '', params: {} }
  return [{ ...at, message: 'must contain only digits' }]
}

/** Refuses compressed bodies: bodies are small, and compression would hide their real size. */
const isPlain = (contentEncoding = 'identity'): boolean => contentEncoding.trim().toLowerCase() === 'identity'

const isForm = (contentType = ''): boolean => /^\s*application\/x-www-form-urlencoded/i.test(contentType)

/**
 * Parses bodies: only forms for pages, only JSON for the API, strictly by schema. An empty body counts as none, because clients
 * send `Content-Type` with an empty POST too. Fastify's parser refuses `__proto__` and `constructor`.
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
  { name: '@signet/body-parsing' },
)

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fromLibraryError, LIBRARY_ERRORS } from '../../src/tokens/library-errors.js'
import { AUTH_ERRORS, AuthError } from '../../src/verifier.js'

/** The library below `@fastify/jwt`, resolved from there. */
const { TOKEN_ERROR_CODES, TokenError } = createRequire(createRequire(import.meta.url).resolve('@fastify/jwt'))(
  'fast-jwt',
) as {
  TOKEN_ERROR_CODES: Record<string, string>
  TokenError: new (code: string, message: string, more?: object) => Error
}

test('the table has exactly the error codes of the library', () => {
  assert.deepEqual(Object.keys(LIBRARY_ERRORS).sort(), Object.values(TOKEN_ERROR_CODES).sort())
})

for (const [code, own] of Object.entries(LIBRARY_ERRORS)) {
  test(`${code} is ${own}`, () => {
    const mapped = fromLibraryError(new TokenError(code, 'a detail for the log'))
    assert.ok(mapped instanceof AuthError)
    assert.deepEqual([mapped.code, mapped.detail], [own, 'a detail for the log'])
    assert.equal(mapped.statusCode, AUTH_ERRORS[own].statusCode)
  })
}

test('an error of a key source keeps its own code', () => {
  const unavailable = new AuthError('unavailable')
  const wrapped = new TokenError('FAST_JWT_KEY_FETCHING_ERROR', 'Cannot fetch key.', { originalError: unavailable })
  assert.equal(fromLibraryError(wrapped), unavailable)
})

test('a foreign error is returned unchanged', () => {
  const error = new TypeError('a fault of our own')
  assert.equal(fromLibraryError(error), error)
  assert.equal(fromLibraryError('text'), 'text')
})

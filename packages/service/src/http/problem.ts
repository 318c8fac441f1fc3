import { AuthError } from '@signet/auth/verifier'
import { ServiceError, type ServiceErrorCode } from './errors.js'

/** An error as the client receives it. */
export interface Problem {
  readonly statusCode: number
  readonly code: string
  readonly sentence: string
  readonly headers: Readonly<Record<string, string>>
  /** The reason for the sign-in page. */
  readonly reason: string
}

/** Codes for Fastify's own refusals of a request. */
const FRAMEWORK_CODES: Readonly<Record<string, ServiceErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_TYPE: 'unsupported_media_type',
}

interface FrameworkError {
  readonly code?: string
  readonly statusCode?: number
  readonly validation?: ReadonlyArray<{ instancePath: string; keyword: string; message?: string; params: object }>
  readonly validationContext?: string
}

/**
 * Converts an error to its public form. Coded errors keep their code and sentence, Fastify's refusals are translated, and all
 * others become `internal` with a general sentence.
 */
export function toProblem(error: unknown, isUnavailable: (error: unknown) => boolean): Problem {
  const coded = error instanceof AuthError || error instanceof ServiceError ? error : translate(error, isUnavailable)
  const { statusCode, code, message: sentence, headers } = coded
  return { statusCode, code, sentence, headers, reason: coded instanceof AuthError ? coded.reason : code }
}

function translate(error: unknown, isUnavailable: (error: unknown) => boolean): ServiceError {
  if (isUnavailable(error)) return new ServiceError('unavailable', undefined, { headers: { 'retry-after': '1' } })
  const { code = '', statusCode = 500, validation, validationContext } = (error ?? {}) as FrameworkError
  if (validation) return new ServiceError('invalid_request', describe(validation, validationContext))
  const framework = FRAMEWORK_CODES[code]
  if (framework) return new ServiceError(framework)
  if (code.startsWith('FST_ERR_CTP_')) return new ServiceError('invalid_request', 'The body is not valid JSON.')
  // Only Fastify's own 4xx errors are the client's fault. A library's error with a 4xx status is an internal error.
  if (code.startsWith('FST_ERR_') && statusCode >= 400 && statusCode < 500) return new ServiceError('invalid_request')
  return new ServiceError('internal')
}

/** Readable names of Fastify's validation contexts. */
const CONTEXTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'address' }

/** Describes the first broken rule in a sentence: `The body's username must be string.` Contains names, never values. */
function describe(validation: NonNullable<FrameworkError['validation']>, validationContext = 'body'): string {
  const context = CONTEXTS[validationContext] ?? validationContext
  const [first] = validation
  if (!first) return `The ${context} is invalid.`
  const message =
    first.keyword === 'pattern' ? 'must not contain control characters' : first.message?.replace('must NOT', 'must not')
  const field = first.instancePath.slice(1).replaceAll('/', '.')
  const extra = 'additionalProperty' in first.params ? ` (${String(first.params.additionalProperty).slice(0, 64)})` : ''
  return `The ${context}${field ? `'s ${field}` : ''} ${message ?? 'is invalid'}${extra}.`
}

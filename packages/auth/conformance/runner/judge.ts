import { AUTH_ERRORS } from '../../src/errors.js'
import type { Severity } from '../group.js'
import type { Vector } from '../vectors.js'
import type { Answer } from './send.js'

/** What is wrong with an answer. */
export interface Problem {
  readonly severity: Severity
  readonly what: string
}

type Judged = Pick<Vector, 'expected' | 'severity'>

/**
 * Compares an answer with the expected one. A code is compared only if the verifier uses ours: a verifier of another team may
 * name its errors differently.
 */
export function problemOf({ expected, severity }: Judged, answer: Answer): Problem | undefined {
  if ('failure' in answer) return { severity: 'medium', what: `did not respond (${answer.failure}) to` }
  const { status, code } = answer
  const accepted = status >= 200 && status < 300
  if (expected === 'accepted') return accepted ? undefined : { severity, what: `refused (${told(answer)})` }
  if (accepted) return { severity, what: 'accepted' }
  if (status >= 500 && status !== 503) return { severity: 'medium', what: `failed (${told(answer)}) at` }
  if (status < 300 || status >= 400) {
    const wanted = expected === 'unavailable' ? 503 : 401
    if (status !== wanted) return { severity: 'low', what: `refused with ${told(answer)} instead of ${wanted}` }
  }
  if (expected === 'token_missing' && status === 401 && !/^Bearer\b/i.test(answer.challenge ?? ''))
    return { severity: 'low', what: 'refused without WWW-Authenticate: Bearer:' }
  if (code === undefined || !(code in AUTH_ERRORS) || code === expected) return undefined
  return { severity: 'low', what: `refused with ${code} instead of ${expected}:` }
}

const told = ({ status, code }: { status: number; code: string | undefined }): string =>
  code === undefined ? String(status) : `${status} ${code}`

import { AuthError, type FetchTextOptions, fetchText } from '@signet/auth/verifier'
import { callContext, contextHeaders } from '@signet/service'
import { Ajv } from 'ajv'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { readMe } from '../me-answer.js'

/** The `typ` of lab tokens: copies of access tokens that every other route refuses. */
export const LAB_TOKEN_TYP = 'lab+jwt'

/** The result of verifying a token at one service. */
export const Verdict = Type.Object(
  {
    genuine: Type.Boolean(),
    /** The error code; null for a valid token. */
    code: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    sentence: Type.String({ maxLength: 512 }),
    /** The log's detail; null for a valid token, and when only the response to a client is known. */
    detail: Type.Union([Type.String({ maxLength: 512 }), Type.Null()]),
    service: Type.String({ maxLength: 64 }),
    /** The process that answered. */
    instance: Type.String({ maxLength: 128 }),
  },
  { additionalProperties: false },
)
export type Verdict = Static<typeof Verdict>

export type ServiceName = 'bank' | 'retirement'

/** The verdict of one service; undefined when it did not respond. */
export interface Answer {
  readonly service: ServiceName
  readonly verdict: Verdict | undefined
}

export interface VerifiersOptions {
  readonly app: FastifyInstance
  readonly service: ServiceName
  readonly instance: string
  readonly sibling: { readonly service: ServiceName; readonly internalUrl: string }
}

const GENUINE = { genuine: true, code: null, sentence: 'The bank signed this token for this use.', detail: null }

/** Verification takes about a millisecond; a service that takes longer than this counts as down. */
const TIMEOUT_MS = 2_000

const isVerdict = new Ajv({ validateSchema: false }).compile<Verdict>(Verdict)

/** Creates verifiers that use this process and, over HTTP, the other service. */
export function bothVerifiers({ app, service, instance, sibling }: VerifiersOptions) {
  const contextOf = (request: FastifyRequest) => contextHeaders(callContext(request))
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  /**
   * Verifies a lab token in this process with the checks of access tokens. For access tokens `detail` goes to the log only;
   * a lab token authenticates no request, so the page may show it.
   */
  async function examineHere(request: FastifyRequest, token: string): Promise<Verdict> {
    try {
      await request.verifyToken(token, { typ: LAB_TOKEN_TYP })
      return { ...GENUINE, service, instance }
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      const { code, message: sentence, detail = null } = error
      return { genuine: false, code, sentence, detail, service, instance }
    }
  }

  /** A failure of the other service must not fail the page. */
  async function askSibling(
    request: FastifyRequest,
    path: string,
    init: Omit<FetchTextOptions, 'timeoutMs'>,
    read: (text: string) => Verdict,
  ): Promise<Answer> {
    try {
      const headers = { ...init.headers, ...contextOf(request) }
      const options = { ...init, headers, timeoutMs: TIMEOUT_MS }
      const { text } = await fetchText(new URL(path, sibling.internalUrl), options)
      return { service: sibling.service, verdict: read(text) }
    } catch (error) {
      request.log.warn({ err: error }, 'could not get a verdict from the other service')
      return { service: sibling.service, verdict: undefined }
    }
  }

  function readVerdict(text: string): Verdict {
    const { data: verdict } = JSON.parse(text) as { data?: unknown }
    if (!isVerdict(verdict)) throw new Error('the response is not a verdict')
    return verdict
  }

  /** Converts the response of `GET /api/me`: the user, or a refusal with its code. */
  function verdictOfMe(text: string, of: ServiceName): Verdict {
    const { me, refusal } = readMe(text)
    if (me) return { ...GENUINE, service: of, instance: me.instance }
    if (!refusal) throw new Error('/api/me answered without a user and without a code')
    const { code, error: sentence } = refusal
    return { genuine: false, code, sentence, detail: null, service: of, instance: of === service ? instance : '' }
  }

  return {
    examineHere,
    /** Verifies a lab token at both services with the checks of access tokens. */
    examine: (request: FastifyRequest, token: string): Promise<Answer[]> => {
      const headers = { 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify({ token }) }
      return Promise.all([
        examineHere(request, token).then((verdict) => ({ service, verdict })),
        askSibling(request, '/labs/verify', init, readVerdict),
      ])
    },
    /** Sends the token as an access token to `GET /api/me` of both services. */
    present: (request: FastifyRequest, token: string): Promise<Answer[]> =>
      Promise.all([
        app
          .inject({ url: '/api/me', headers: { ...bearer(token), ...contextOf(request) } })
          .then(({ body }) => ({ service, verdict: verdictOfMe(body, service) })),
        askSibling(request, '/api/me', { headers: bearer(token) }, (text) => verdictOfMe(text, sibling.service)),
      ]),
  }
}

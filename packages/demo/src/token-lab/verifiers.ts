import { type FetchTextOptions, fetchText } from '@signet/auth/verifier'
import { callContext, contextHeaders } from '@signet/service'
import { Ajv } from 'ajv'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readMe } from '../me-answer.js'
import { examineHere, GENUINE, Verdict } from './verdict.js'

/** The verdict of one service; undefined when it did not respond. */
export interface Answer {
  readonly service: string
  readonly verdict: Verdict | undefined
}

export interface Verifiers {
  /** Verifies a lab token with the checks of access tokens. */
  examine(request: FastifyRequest, token: string): Promise<Answer[]>
  /** Sends the token as an access token to `GET /api/me`. */
  present(request: FastifyRequest, token: string): Promise<Answer[]>
}

export interface VerifiersOptions {
  readonly app: FastifyInstance
  readonly service: string
  readonly instance: string
  readonly sibling: { readonly service: string; readonly internalUrl: string }
}

/** Verification takes about a millisecond; a service that takes longer than this counts as down. */
const TIMEOUT_MS = 2_000

const isVerdict = new Ajv({ validateSchema: false }).compile<Verdict>(Verdict)

/** Creates verifiers that use this process and, over HTTP, the other service. */
export function bothVerifiers({ app, service, instance, sibling }: VerifiersOptions): Verifiers {
  const own = { service, instance }

  async function askSibling(
    request: FastifyRequest,
    path: string,
    init: Omit<FetchTextOptions, 'timeoutMs'>,
  ): Promise<[status: number, text: string]> {
    const { status, text } = await fetchText(new URL(path, sibling.internalUrl), {
      ...init,
      headers: { ...init.headers, ...contextHeaders(callContext(request)) },
      timeoutMs: TIMEOUT_MS,
    })
    return [status, text]
  }

  /** A failure of the other service must not fail the page. */
  async function orNothing(request: FastifyRequest, verdict: Promise<Verdict>): Promise<Answer> {
    return {
      service: sibling.service,
      verdict: await verdict.catch((error: unknown) => {
        request.log.warn({ err: error }, 'could not get a verdict from the other service')
        return undefined
      }),
    }
  }

  async function siblingExamines(request: FastifyRequest, token: string): Promise<Verdict> {
    const [, text] = await askSibling(request, '/labs/verify', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
    const { data: verdict } = JSON.parse(text) as { data?: unknown }
    if (!isVerdict(verdict)) throw new Error('the response is not a verdict')
    return verdict
  }

  /** Converts the response of `GET /api/me`: 200 with the user, or a refusal with its code. */
  function verdictOf([status, text]: [status: number, text: string], of: string): Verdict {
    const { me, refusal } = readMe(text)
    if (me) return { ...GENUINE, service: of, instance: me.instance }
    if (!refusal) throw new Error(`/api/me answered ${status} without a code`)
    const { code, error: sentence } = refusal
    return { genuine: false, code, sentence, detail: null, service: of, instance: of === service ? instance : '' }
  }

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  return {
    examine: async (request, token) =>
      Promise.all([
        examineHere(request, token, own).then((verdict) => ({ service, verdict })),
        orNothing(request, siblingExamines(request, token)),
      ]),
    present: async (request, token) =>
      Promise.all([
        app
          .inject({ url: '/api/me', headers: { ...bearer(token), ...contextHeaders(callContext(request)) } })
          .then((answer) => ({ service, verdict: verdictOf([answer.statusCode, answer.body], service) })),
        orNothing(
          request,
          askSibling(request, '/api/me', { headers: bearer(token) }).then((answer) =>
            verdictOf(answer, sibling.service),
          ),
        ),
      ]),
  }
}

import { AuthError } from '@signet/auth/verifier'
import { callContext, contextHeaders, instanceName } from '@signet/service'
import { Ajv } from 'ajv'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { type Answer, type AskOptions, ask, type Verdict, verdictOf } from '../ask.js'

/** The `typ` of lab tokens: copies of access tokens that every other route refuses. */
export const LAB_TOKEN_TYP = 'lab+jwt'

/** The result of verifying a lab token at one service. */
export const LabVerdict = Type.Object(
  {
    genuine: Type.Boolean(),
    /** The error code; null for a valid token. */
    code: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    sentence: Type.String({ maxLength: 512 }),
    /** The log's detail; null for a valid token. */
    detail: Type.Union([Type.String({ maxLength: 512 }), Type.Null()]),
    service: Type.String({ maxLength: 64 }),
    /** The process that answered. */
    instance: Type.String({ maxLength: 128 }),
  },
  { additionalProperties: false },
)
type LabVerdict = Static<typeof LabVerdict>

const hasLabVerdict = new Ajv({ validateSchema: false }).compile<{ data: LabVerdict }>(
  Type.Object({ data: LabVerdict }),
)

export type ServiceName = 'bank' | 'retirement'

/** The verdict of each service; undefined when it did not respond. */
export type Verdicts = Readonly<Record<ServiceName, Verdict | undefined>>

/** Creates verifiers that use this process and, over HTTP, the other service. */
export function bothVerifiers(app: FastifyInstance, service: ServiceName, siblingUrl: string) {
  /** A failure of the other service must not fail the page. */
  async function both(
    request: FastifyRequest,
    here: Promise<Verdict>,
    path: string,
    options: Omit<AskOptions, 'context'>,
    read: (answer: Answer) => Verdict,
  ): Promise<Verdicts> {
    const there = ask(siblingUrl, path, { ...options, context: callContext(request) }).then(read)
    const [own, other] = await Promise.all([
      here,
      there.catch((error: unknown) => {
        request.log.warn({ err: error }, 'could not get a verdict from the other service')
        return undefined
      }),
    ])
    return service === 'bank' ? { bank: own, retirement: other } : { bank: other, retirement: own }
  }

  /**
   * Verifies a lab token in this process with the checks of access tokens. For access tokens `detail` goes to the log only;
   * a lab token authenticates no request, so the page may show it.
   */
  async function examineHere(request: FastifyRequest, token: string): Promise<LabVerdict> {
    const instance = instanceName(service)
    try {
      await request.verifyToken(token, { typ: LAB_TOKEN_TYP })
      const sentence = 'The bank signed this token for this use.'
      return { genuine: true, code: null, sentence, detail: null, service, instance }
    } catch (error) {
      if (!(error instanceof AuthError)) throw error
      const { code, message: sentence, detail = null } = error
      return { genuine: false, code, sentence, detail, service, instance }
    }
  }

  return {
    examineHere,
    /** Verifies a lab token at both services with the checks of access tokens. */
    examine: (request: FastifyRequest, token: string): Promise<Verdicts> =>
      both(request, examineHere(request, token), '/labs/verify', { method: 'POST', body: { token } }, ({ body }) => {
        if (!hasLabVerdict(body)) throw new Error('the response is not a verdict')
        return body.data
      }),
    /** Sends the token as an access token to `GET /api/me` of both services. */
    present: (request: FastifyRequest, token: string): Promise<Verdicts> => {
      const headers = { authorization: `Bearer ${token}` }
      const here = app
        .inject({ url: '/api/me', headers: { ...headers, ...contextHeaders(callContext(request)) } })
        .then((answer) => verdictOf(answer.statusCode, answer.json()))
      return both(request, here, '/api/me', { headers }, ({ verdict }) => verdict)
    },
  }
}

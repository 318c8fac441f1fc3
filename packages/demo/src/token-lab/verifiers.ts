import { createPublicKey } from 'node:crypto'
import { AuthError, type KeySource } from '@signet/auth/verifier'
import { type CallContext, callContext, contextHeaders, instanceName } from '@signet/service'
import { Ajv } from 'ajv'
import { createVerifier } from 'fast-jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { jwtVerify } from 'jose/jwt/verify'
import Type, { type Static } from 'typebox'
import { ask, type Verdict, verdictOf } from '../ask.js'
import { membersOf } from './change.js'
import type { ShownVerdict } from './verdict-text.js'

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

  async function examineThere(context: CallContext, token: string): Promise<Verdict> {
    const { body } = await ask(siblingUrl, '/labs/verify', { context, method: 'POST', body: { token } })
    if (!hasLabVerdict(body)) throw new Error('the response is not a verdict')
    return body.data
  }

  /** Verifies a lab token at both services, or sends it as an access token to their `GET /api/me`. */
  async function verify(request: FastifyRequest, token: string, asAccessToken: boolean): Promise<Verdicts> {
    const context = callContext(request)
    const headers = { authorization: `Bearer ${token}` }
    const here = asAccessToken
      ? app
          .inject({ url: '/api/me', headers: { ...headers, ...contextHeaders(context) } })
          .then((answer) => verdictOf('/api/me', answer.statusCode, answer.json()))
      : examineHere(request, token)
    const there = asAccessToken
      ? ask(siblingUrl, '/api/me', { context, headers }).then(({ verdict }) => verdict)
      : examineThere(context, token)
    const [own, other] = await Promise.all([
      here,
      // A failure of the other service must not fail the page.
      there.catch((error: unknown) => {
        request.log.warn({ err: error }, 'could not get a verdict from the other service')
        return undefined
      }),
    ])
    return service === 'bank' ? { bank: own, retirement: other } : { bank: other, retirement: own }
  }

  return { examineHere, verify }
}

/** Result of a library that has the key and no further options. */
export type LibraryAnswer = { readonly library: string; readonly verdict: ShownVerdict }

async function asked(library: string, verify: () => unknown): Promise<LibraryAnswer> {
  try {
    await verify()
    const sentence = 'Verified with the key and the algorithm, without further options.'
    return { library, verdict: { genuine: true, code: null, sentence } }
  } catch (error) {
    return { library, verdict: { genuine: false, code: null, sentence: error instanceof Error ? error.message : '' } }
  }
}

/** Verifies a token with two popular libraries, given the key and its algorithm. Returns [] for an unknown `kid`. */
export async function askLibraries(keys: KeySource, token: string): Promise<LibraryAnswer[]> {
  const key = await keys.find(String(membersOf(token, 'header').kid))
  if (!key) return []
  const { alg, verificationKey } = key
  const joseKey = alg === 'HS256' ? new TextEncoder().encode(verificationKey) : createPublicKey(verificationKey)
  return Promise.all([
    asked('fast-jwt', () => createVerifier({ key: verificationKey, algorithms: [alg] })(token)),
    asked('jose', () => jwtVerify(token, joseKey, { algorithms: [alg] })),
  ])
}

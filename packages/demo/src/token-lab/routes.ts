import type { AccessTokenClaims, KeySource } from '@signet/auth/verifier'
import { type App, failures, ok, pageRoute, ServiceError, Success, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { DemoOptions } from '../tour/recorder.js'
import { membersOf, withMember } from './change.js'
import { type Exhibit, exhibitOf } from './exhibits.js'
import { NoLabTokenPage, NoTokenPage, TokenPage } from './page.js'
import { askLibraries, bothVerifiers, LabVerdict } from './verifiers.js'

export interface TokenLabOptions extends Pick<DemoOptions, 'service' | 'config'> {
  readonly keys: KeySource
  /**
   * Returns a lab token of the signed-in user, signed by the bank.
   *
   * @throws {ServiceError} `unavailable` when the bank cannot be reached.
   */
  readonly labToken: (
    request: FastifyRequest,
    claims: AccessTokenClaims,
    made: { readonly expired: boolean },
  ) => Promise<string>
}

/** Longer than the verifier's limit, so that the verifier refuses a token that is too long, and not the form. */
const TokenText = Type.String({ maxLength: 8_192 })

/** The first characters identify a signature, even if the user changed the rest. */
const IDENTIFYING_CHARACTERS = 32

const ChangeForm = Type.Object({
  untouched: TokenText,
  token: TokenText,
  claim: Type.String({ maxLength: 64 }),
  value: Type.String({ maxLength: 200 }),
  change: Type.Union([Type.Literal('claim'), Type.Literal('characters')]),
})
const TokenQuery = Type.Object({ exhibit: Type.Optional(Type.Unknown()) })

/** Registers `/token`, and `POST /labs/verify`, which the other service calls. Demo only. */
export async function tokenLab(app: App, options: TokenLabOptions): Promise<void> {
  const { service, config, keys, labToken } = options
  const siblingUrl = service === 'bank' ? config.RETIREMENT_INTERNAL_URL : config.BANK_INTERNAL_URL
  const whoMaySignUrl = `${config.RETIREMENT_URL}/who-may-sign`
  const verifiers = bothVerifiers(app, service, siblingUrl)

  /** Verifies a token at both services beside the unchanged one, and records the verdicts for the tour. */
  async function answersTo(request: FastifyRequest, untouched: string, sent: string, exhibit?: Exhibit) {
    const [control, changed, libraries] = await Promise.all([
      verifiers.verify(request, untouched, false),
      verifiers.verify(request, sent, exhibit?.presented === true),
      exhibit?.libraries ? askLibraries(keys, sent) : [],
    ])
    for (const [what, verdicts] of Object.entries({ unchanged: control, changed })) {
      for (const verifier of ['bank', 'retirement'] as const) {
        const verdict = verdicts[verifier]
        const answer = verdict ? (verdict.code ?? 'accepted') : 'no response'
        request.noteAsked({ whom: verifier, what: `verify ${what} token`, answer })
      }
    }
    return { untouched, sent, control, changed, exhibit, libraries }
  }

  app.get('/token', pageRoute({ querystring: TokenQuery }), async (request, reply) => {
    const identity = signedIn(request)
    const page = request.pageFrame('token')
    if (identity.strategy !== 'jwt') return reply.page(NoTokenPage({ frame: page }))
    const { claims } = identity
    const exhibit = exhibitOf(request.query.exhibit)
    try {
      const token = await labToken(request, claims, { expired: false })
      const from = exhibit?.expired ? await labToken(request, claims, { expired: true }) : token
      const answers = exhibit && (await answersTo(request, token, exhibit.make(from), exhibit))
      return reply.page(TokenPage({ frame: page, token, answers, whoMaySignUrl }))
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'unavailable')) throw error
      request.log.warn({ err: error }, 'could not get a lab token')
      return reply.page(NoLabTokenPage({ frame: page, claims, sentence: error.message }))
    }
  })

  app.post('/token', pageRoute({ body: ChangeForm }), async (request, reply) => {
    signedIn(request)
    const { untouched, token, claim, value, change } = request.body
    refuseOwnToken(request, untouched, token)
    // A pasted token may end with a line break.
    const sent = change === 'claim' ? withClaim(untouched, claim, value) : token.replaceAll(/[\r\n]+$/g, '')
    const answers = await answersTo(request, untouched, sent)
    return reply.page(TokenPage({ frame: request.pageFrame('token'), token: untouched, answers, whoMaySignUrl }))
  })

  app.post<{ Body: { token: string } }>(
    '/labs/verify',
    {
      config: { auth: 'none' },
      schema: {
        tags: ['labs'],
        operationId: 'verifyLabToken',
        summary: 'Verify a lab token',
        description:
          'Makes the same checks as for access tokens, but requires the typ lab+jwt. Available with DEMO=1 only.',
        body: Type.Object({ token: TokenText }, { additionalProperties: false }),
        response: { 200: Success(LabVerdict), ...failures(400, 403, 413, 415) },
      },
    },
    async (request) => ok(await verifiers.examineHere(request, request.body.token)),
  )
}

/** Refuses a token that contains the signature of the user's own cookie: no page may show it. */
function refuseOwnToken(request: FastifyRequest, ...texts: string[]): void {
  const cookies = request.headers.cookie ?? ''
  const beginnings = texts.map((text) => (text.trim().split('.')[2] ?? '').slice(0, IDENTIFYING_CHARACTERS))
  if (beginnings.some((beginning) => beginning.length === IDENTIFYING_CHARACTERS && cookies.includes(beginning))) {
    throw new ServiceError(
      'invalid_request',
      'This is the token of your session, which we do not show. Edit the token on this page instead.',
    )
  }
}

/** Replaces a claim and keeps its type: `exp` stays a number if the user typed a number. */
function withClaim(token: string, claim: string, value: string): string {
  const [part = '', name = ''] = claim.split('.')
  if (part !== 'header' && part !== 'payload')
    throw new ServiceError('invalid_request', 'This claim does not exist. Choose one from the list.')
  if (typeof membersOf(token, part)[name] === 'string') return withMember(token, part, name, value)
  try {
    return withMember(token, part, name, JSON.parse(value))
  } catch {
    return withMember(token, part, name, value)
  }
}

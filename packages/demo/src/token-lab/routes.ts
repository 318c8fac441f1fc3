import type { AccessTokenClaims, KeySource } from '@signet/auth/verifier'
import { type App, failures, instanceName, ok, pageRoute, ServiceError, Success, signedIn } from '@signet/service'
import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { AnswersProps } from './answers.js'
import { membersOf, type Part, withMember } from './change.js'
import { type Exhibit, exhibitOf } from './exhibits.js'
import { askLibraries } from './libraries.js'
import { noteAnswers } from './note-answers.js'
import { NoLabTokenPage, NoTokenPage } from './other-pages.js'
import { TokenPage } from './page.js'
import { examineHere, Verdict } from './verdict.js'
import { bothVerifiers } from './verifiers.js'

export interface TokenLabOptions {
  /** `bank` or `retirement`. */
  readonly service: string
  readonly keys: KeySource
  /** The other service, called server to server. */
  readonly sibling: { readonly service: string; readonly internalUrl: string }
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
  /** The page on which retirement forges a token. */
  readonly whoMaySignUrl: string
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
  const { service, keys, labToken } = options
  const instance = instanceName(service)
  const verifiers = bothVerifiers({ app, ...options, instance })
  const { whoMaySignUrl } = options

  async function askBoth(request: FastifyRequest, untouched: string, sent: string): Promise<AnswersProps> {
    const [control, changed] = await Promise.all([
      verifiers.examine(request, untouched),
      verifiers.examine(request, sent),
    ])
    return { untouched, sent, control, changed }
  }

  async function show(
    request: FastifyRequest,
    claims: AccessTokenClaims,
    untouched: string,
    exhibit: Exhibit,
  ): Promise<AnswersProps> {
    const sent = exhibit.make(exhibit.expired ? await labToken(request, claims, { expired: true }) : untouched)
    const [control, changed, libraries] = await Promise.all([
      verifiers.examine(request, untouched),
      exhibit.presented ? verifiers.present(request, sent) : verifiers.examine(request, sent),
      exhibit.libraries ? askLibraries(keys, sent) : undefined,
    ])
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
      const answers = exhibit && (await show(request, claims, token, exhibit))
      if (answers) noteAnswers(request, answers)
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
    const answers = await askBoth(request, untouched, sent)
    noteAnswers(request, answers)
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
        response: { 200: Success(Verdict), ...failures(400, 403, 413, 415) },
      },
    },
    async (request) => ok(await examineHere(request, request.body.token, { service, instance })),
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
  return withMember(token, part, name, typeof memberOf(token, part, name) === 'string' ? value : jsonOr(value))
}

const memberOf = (token: string, part: Part, name: string): unknown => membersOf(token, part)[name]

function jsonOr(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

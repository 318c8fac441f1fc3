import { createHmac } from 'node:crypto'
import { parseSecrets } from '@signet/auth/verifier'
import { injectAs } from '@signet/testing'
import { Page } from '@signet/ui'
import Fastify, { type FastifyInstance, type FastifyServerOptions, type LightMyRequestResponse } from 'fastify'
import Type from 'typebox'
import type { HttpLimits } from '../src/http/server.js'
import {
  type App,
  type CommonConfig,
  closedSignal,
  commonSchema,
  createService,
  failures,
  ok,
  readConfig,
  Success,
} from '../src/index.js'
import { loggingOptions, serviceLogger } from '../src/observability/logging.js'

export const BANK = 'http://bank.signet.localhost:3001'
export const RETIREMENT = 'http://retirement.signet.localhost:3002'
const SECRET = 'a-secret-for-tests-of-at-least-32-bytes'

/** Message of an error that means an unavailable dependency. */
const UNAVAILABLE = 'hunter2 does not respond'

export interface TestServiceOptions {
  readonly https?: boolean
  readonly dependencies?: Readonly<Record<string, () => Promise<unknown>>>
  readonly trustProxy?: string[]
  readonly httpLimits?: Partial<HttpLimits>
}

const Note = Type.Object(
  { text: Type.String({ maxLength: 20 }), count: Type.Optional(Type.Integer()) },
  { additionalProperties: false },
)

/** Creates a service with a route of each kind, as an app adds them. */
export async function createTestService(options: TestServiceOptions = {}): Promise<App> {
  const [bankUrl, origin] = options.https
    ? ['https://bank.signet.localhost', 'https://retirement.signet.localhost']
    : [BANK, RETIREMENT]
  const environment = {
    BANK_URL: bankUrl,
    RETIREMENT_URL: origin,
    COOKIE_DOMAIN: 'signet.localhost',
    DATABASE_URL: 'postgresql://role:password@127.0.0.1/none',
    SESSION_STORE_URL: 'redis://127.0.0.1',
    TRUST_PROXY: options.trustProxy?.join(',') || 'none',
    DEMO: '0',
    SIGNET_VERSION: '0.0.0',
    SIGNET_COMMIT: 'none',
    LOG_LEVEL: 'silent',
  }
  const app = await createService({
    name: 'test',
    title: 'Test',
    description: 'For tests.',
    config: readConfig<CommonConfig>(environment, commonSchema(3002, environment)),
    origin,
    internalUrl: 'http://retirement:3002',
    brand: 'retirement',
    navigation: [{ key: 'plan', label: 'Plan', href: '/' }],
    keys: parseSecrets(`k1:${SECRET}`),
    statusListSource: { fetch: async () => ({ bits: new Uint8Array(16_384), etag: '"none"', changedAtMs: 0 }) },
    dependencies: options.dependencies ?? {},
    httpLimits: options.httpLimits ?? {},
    isUnavailable: (error) => error instanceof Error && error.message === UNAVAILABLE,
  })

  app.post(
    '/api/notes',
    {
      config: { auth: 'none' },
      schema: { summary: 'Write', body: Note, response: { 200: Success(Type.String()), ...failures(400, 413, 415) } },
    },
    async (request) => ok(request.body.text),
  )
  // Waits until the test releases it.
  app.get('/api/later', { config: { auth: 'none' } }, async () => {
    await new Promise((answer) => app.server.emit('later', answer))
    return ok('later')
  })
  // Waits until the client has disconnected.
  app.post('/api/never', { config: { auth: 'none' } }, (_request, reply) => {
    const signal = closedSignal(reply)
    app.server.emit('never', signal)
    return new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  app.get<{ Params: { id: string }; Querystring: { limit?: number } }>(
    '/api/notes/:id',
    {
      config: { auth: 'none' },
      schema: {
        params: Type.Object({ id: Type.String() }),
        querystring: Type.Object({
          limit: Type.Optional(Type.Integer()),
          word: Type.Optional(Type.String({ maxLength: 10 })),
        }),
      },
    },
    async ({ params, query }) => ok({ id: params.id, limit: query.limit ?? null }),
  )
  for (const [url, page] of [
    ['/api/broken', false],
    ['/broken', true],
  ] as const) {
    app.get(url, { config: { auth: 'none', page } }, async () => {
      throw Object.assign(new Error('hunter2 in the inside'), { statusCode: 418, code: 'E_LIBRARY' })
    })
  }
  app.get('/api/gone', { config: { auth: 'none' } }, async () => {
    throw new Error(UNAVAILABLE)
  })
  app.post('/form', { config: { auth: 'none', page: true } }, async (request) => request.body)
  app.get('/', { config: { page: true } }, async (request, reply) =>
    reply.page(<Page {...request.pageFrame()} title={`Hello ${request.identity?.name}`} />),
  )
  const Saved = { hide: true, body: Type.Object({ color: Type.String() }) }
  app.post<{ Body: { color: string } }>(
    '/saved',
    { config: { page: true }, schema: Saved },
    async ({ body }) => `saved ${body.color}`,
  )
  app.post<{ Body: { color: string } }>(
    '/saved-by-any-user',
    { config: { page: true, formOfAnyUser: true }, schema: Saved },
    async ({ body }) => `saved ${body.color}`,
  )
  await app.ready()
  return injectAs(app, origin)
}

/** Creates an instance that logs as a service does. Returns its log lines. */
export async function createLoggingApp(
  level: string,
  options: FastifyServerOptions = {},
): Promise<{ app: FastifyInstance; lines: Record<string, unknown>[] }> {
  const lines: Record<string, unknown>[] = []
  const logger = serviceLogger('test', level, { write: (line) => lines.push(JSON.parse(line)) })
  const app = Fastify({ ...options, ...loggingOptions(logger) })
  return { app, lines }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signs a token as the bank does. */
export function issueToken(name = 'Ada Lovelace'): string {
  const iat = Math.floor(Date.now() / 1000)
  const person = { sub: 'u-1', id: 'u-1', username: 'ada', name, sid: 's-1' }
  const claims = { iss: BANK, client_id: 'bank', aud: [BANK, RETIREMENT], ...person, jti: 'j-1' }
  const status = { status_list: { idx: 0, uri: `${BANK}/status-lists/0` } }
  const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })}.${encode({ ...claims, iat, exp: iat + 300, auth_time: iat, amr: ['pwd'], status })}`
  return `${input}.${createHmac('sha256', SECRET).update(input).digest('base64url')}`
}

/** Returns `[status, code]` of a failure. */
export const refusalOf = (answer: LightMyRequestResponse): [number, unknown] => [
  answer.statusCode,
  answer.json<{ code?: unknown }>().code,
]

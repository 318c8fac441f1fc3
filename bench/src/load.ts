import { importAutocannon, type LoadRequest, processorMs } from './processes.js'
import { type Server, sendRequest } from './requests.js'

/**
 * As in Fastify's own benchmark. With few connections, server and load generator wait for each other, and the figure
 * measures their wake-ups.
 */
const CONNECTIONS = 100

/** The first moment after waiting runs with cold caches and is not counted. */
const warmUpSeconds = (seconds = 1) => Math.min(0.3, seconds / 3)

export interface LoadOptions extends Server {
  readonly path: string
  readonly pid: number
  /** One `Cookie` header for all requests, or one for each, sent exactly once. Undefined sends none. */
  readonly cookies: ReadonlyArray<string | undefined>
  readonly seconds?: number
  readonly connections?: number
  readonly method?: string
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly atLeast?: number
}

export interface Load {
  readonly perSecond: number
  readonly processorMicros?: number
}

/** Measures as {@link count} does, after a warm-up with the first request. Resolves when the server is idle again. */
export async function load(options: LoadOptions): Promise<Load> {
  // On a slow machine a login may take longer than the warm-up.
  await count({ ...options, cookies: options.cookies.slice(0, 1), seconds: warmUpSeconds(options.seconds), atLeast: 0 })
  const counted = await count(options)
  await waitUntilIdle(options)
  return counted
}

/** Waits for requests that were pending at the end: a later request is served after them. */
function waitUntilIdle({ cookies: [cookie], headers, port, path, host, method, body }: LoadOptions) {
  const optional = { ...(host && { host }), ...(method && { method }), ...(body && { body }) }
  return sendRequest({ port, path, ...optional, headers: { ...headers, ...(cookie ? { cookie } : {}) } })
}

/**
 * Sends requests as fast as the server responds, over this many connections, and counts the responses.
 *
 * @throws when a response is not a success, or fewer than `atLeast` arrive: the number would mean nothing
 */
async function count({
  port,
  path,
  pid,
  host,
  cookies,
  seconds = 1,
  connections = CONNECTIONS,
  method,
  body,
  headers = {},
  atLeast = 2,
}: LoadOptions): Promise<Load> {
  const autocannon = await importAutocannon()
  const each = cookies.length > 1 ? Math.floor(cookies.length / connections) : 0
  const given = { ...headers, ...(host ? { host } : {}) }
  let clients = 0
  let firstAt = 0
  let lastAt = 0
  let responses = 0
  let processorBefore: number | undefined
  const request = (cookie: string | undefined): LoadRequest => ({
    method: method ?? 'GET',
    path,
    headers: cookie ? { ...given, cookie } : given,
    body,
  })
  const result = await new Promise<Parameters<Parameters<typeof autocannon>[1]>[1]>((resolve, reject) => {
    const instance = autocannon(
      {
        url: `http://127.0.0.1:${port}`,
        connections,
        // In ms: how often autocannon checks its duration. The default is once a second.
        sampleInt: 50,
        ...(each > 0 ? { amount: each * connections } : { duration: seconds }),
        requests: [request(cookies[0])],
        setupClient: (client) => {
          if (each > 0) client.setRequests(cookies.slice(clients * each, (clients + 1) * each).map(request))
          clients += 1
        },
      },
      (error, outcome) => (error ? reject(error) : resolve(outcome)),
    )
    instance.on('response', () => {
      if (responses === 0) {
        firstAt = performance.now()
        processorBefore = processorMs(pid)
      }
      responses += 1
      lastAt = performance.now()
    })
  })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0 || responses < atLeast) {
    const statuses = JSON.stringify(result.statusCodeStats)
    throw new Error(
      `${failed} of ${responses} requests to ${path} failed: ${statuses}, ${result.errors} without a response`,
    )
  }
  const processorAfter = processorMs(pid)
  const spent =
    processorBefore === undefined || processorAfter === undefined ? undefined : processorAfter - processorBefore
  return {
    perSecond: ((responses - 1) * 1000) / (lastAt - firstAt),
    ...(spent === undefined ? {} : { processorMicros: (spent * 1000) / (responses - 1) }),
  }
}

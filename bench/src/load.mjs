import { importAutocannon, processorMs } from './processes.mjs'
import { ask } from './requests.mjs'

/**
 * As Fastify's own benchmark has it. Over ten, server and load generator wait for each other again and again, and the slower
 * one pays for waking the other: a good part of what is measured then is that.
 */
const CONNECTIONS = 100

/** Whoever has just waited while others were measured begins with empty caches: the first moment is not counted. */
const leadInSeconds = (seconds = 1) => Math.min(0.3, seconds / 3)

/** As {@link count}, after a lead-in of the first request alone. Ends when the server has nothing left to do. */
export async function load(options) {
  // On a slow machine a sign-in may not have been answered by then.
  await count({ ...options, cookies: options.cookies.slice(0, 1), seconds: leadInSeconds(options.seconds), atLeast: 0 })
  const counted = await count(options)
  await lastInLine(options)
  return counted
}

/** What was under way when the time was over is still answered, to nobody: whoever comes last waits for it. */
function lastInLine({ cookies: [cookie], headers, ...options }) {
  return ask({ ...options, headers: { ...headers, ...(cookie ? { cookie } : {}) } })
}

/**
 * Asks as fast as the server answers, over so many connections, and counts.
 *
 * `cookies` may hold one header for all requests, or one for each: then every one is sent exactly once.
 *
 * @throws when any answer was not a success, or fewer than `atLeast` came: such a number would mean nothing.
 */
async function count({
  port,
  path,
  pid,
  host,
  cookies,
  seconds,
  connections = CONNECTIONS,
  method,
  body,
  headers = {},
  atLeast = 2,
}) {
  const autocannon = await importAutocannon()
  const each = cookies.length > 1 ? Math.floor(cookies.length / connections) : 0
  const given = { ...headers, ...(host ? { host } : {}) }
  let clients = 0
  let firstAt = 0
  let lastAt = 0
  let answers = 0
  let processorBefore
  const request = (cookie) => ({ method: method ?? 'GET', path, headers: cookie ? { ...given, cookie } : given, body })
  const result = await new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url: `http://127.0.0.1:${port}`,
        connections,
        // It looks whether its time is over once in so many ms; by itself once a second.
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
      if (answers === 0) {
        firstAt = performance.now()
        processorBefore = processorMs(pid)
      }
      answers += 1
      lastAt = performance.now()
    })
  })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0 || answers < atLeast) {
    const statuses = JSON.stringify(result.statusCodeStats)
    throw new Error(
      `${failed} of ${answers} requests to ${path} failed: ${statuses}, ${result.errors} without an answer`,
    )
  }
  const spent = processorBefore === undefined ? undefined : processorMs(pid) - processorBefore
  return {
    perSecond: ((answers - 1) * 1000) / (lastAt - firstAt),
    ...(spent === undefined ? {} : { processorMicros: (spent * 1000) / (answers - 1) }),
  }
}

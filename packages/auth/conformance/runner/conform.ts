import { setTimeout as wait } from 'node:timers/promises'
import { publicJwks } from '../../src/keys/private-jwks.js'
import { keyRing } from '../../src/keys/ring.js'
import type { Carrier } from '../group.js'
import { COMPRESSED, DROPPED, statusListToken } from '../status-lists.js'
import type { Vector } from '../vectors.js'
import { forger, type World } from '../world.js'
import { type IssuerServer, startIssuerServer } from './issuer-server.js'
import { type Problem, problemOf } from './judge.js'
import type { ConformanceOptions } from './options.js'
import { headersOf, send } from './send.js'
import { type Signed, signing } from './signing.js'

/** One request and its result. */
export interface Checked {
  readonly vector: Vector
  readonly carrier: Carrier
  readonly problem: Problem | undefined
}

export interface Conformance {
  readonly checked: readonly Checked[]
  /** Numbers of vectors that were not sent, by reason. */
  readonly omitted: ReadonlyMap<string, number>
}

/** Error of a verifier about which nothing can be concluded. */
export class NotTestable extends Error {}

const REQUESTS_AT_ONCE = 8
const MOST_ATTEMPTS = 5
const MOST_STARTS = 40
const UNAVAILABLE_MS = 250

/**
 * Sends every vector to a running verifier and compares its answers. Signs the tokens with the verifier's keys, for the current
 * time.
 *
 * Does *not* send vectors that need a fixed clock, nor those about status lists without `issuerPort`.
 *
 * @throws {NotTestable} when the verifier does not accept a genuine token
 */
export async function conform(options: ConformanceOptions): Promise<Conformance> {
  const { issuerPort, pairs, secrets } = options
  const jwks = pairs.length > 0 ? publicJwks(keyRing(pairs)) : { keys: [] }
  const server = issuerPort === undefined ? undefined : await startIssuerServer(issuerPort, jwks)
  const results: Conformance = { checked: [], omitted: new Map() }
  const deadlineMs = Date.now() + options.timeoutSeconds * 1_000
  try {
    const jobs: Job[] = []
    for (const keys of [secrets, pairs].filter(({ length }) => length > 0)) {
      jobs.push(...(await jobsWith(options, signing(options, keys), { server, deadlineMs, results })))
    }
    // Those that wait take no place of the others.
    const waiting = jobs.filter(({ waits }) => waits).map(({ run }) => run())
    await Promise.all([...waiting, inParallel(jobs.filter(({ waits }) => !waits))])
  } finally {
    await server?.close()
  }
  return results
}

interface Run {
  readonly server: IssuerServer | undefined
  readonly deadlineMs: number
  readonly results: Conformance
}

/** One request to send. `waits`: for the time of its vector. */
interface Job {
  readonly run: () => Promise<void>
  readonly waits: boolean
}

/** Returns the requests with keys of one kind. */
async function jobsWith(
  options: ConformanceOptions,
  sign: () => Signed,
  { server, deadlineMs, results }: Run,
): Promise<Job[]> {
  const checked = results.checked as Checked[]
  const omitted = results.omitted as Map<string, number>
  const omit = (why: string) => omitted.set(why, (omitted.get(why) ?? 0) + 1)
  const ask = ({ tokens }: Pick<Vector, 'tokens'>, carrier: Carrier) =>
    send(options.url, headersOf(tokens, carrier, options.cookieName))
  const check = async (index: number, carrier: Carrier) => {
    if (Date.now() > deadlineMs) {
      omit('did not fit into the time of --timeout')
      return
    }
    const sendVector = async () => {
      const vector = sign().vectors[index] as Vector
      if (vector.list && server) await changeList(vector, server, () => ask(vector, carrier))
      const answer = await ask(vector, carrier)
      const isUnavailable = 'status' in answer && answer.status === 503
      return { vector, carrier, problem: problemOf(vector, answer), isUnavailable }
    }
    let sent = await sendVector()
    // On a busy machine a list becomes too old on the way, which says nothing about the verifier.
    for (let attempt = 1; sent.problem && sent.isUnavailable && attempt < MOST_ATTEMPTS; attempt += 1) {
      await wait(UNAVAILABLE_MS)
      sent = await sendVector()
    }
    checked.push({ vector: sent.vector, carrier, problem: sent.problem })
  }

  const { world, vectors } = sign()
  if (server) serveLists(world, server)
  await assertTestable(options, world)
  if (!world.statuses) omit('all about status lists: they need --status-list-port')
  const jobs: Job[] = []
  for (const [index, { atSeconds = 0, list, carriers }] of vectors.entries()) {
    if (atSeconds !== 0 && !list) omit('need a fixed clock')
    // One carrier is enough for a list.
    else
      for (const carrier of list ? carriers.slice(0, 1) : carriers)
        jobs.push({ run: () => check(index, carrier), waits: atSeconds > 0 })
  }
  return jobs
}

/** Serves the lists of all vectors that are not about lists. */
function serveLists({ statuses, claims, key, nowSeconds }: World, server: IssuerServer): void {
  const { iss: issuer } = claims
  for (const uri of [claims.status.status_list.uri, statuses?.revoked.uri ?? '']) {
    const body = statusListToken({ key, nowSeconds, issuer, uri })
    server.change(pathOf(uri), { status: 200, etag: `"${COMPRESSED.revoked3.length}"`, body })
  }
  if (statuses) server.change(pathOf(statuses.dropped.uri), DROPPED)
}

/** Serves a vector's list. If it has a second response, lets the verifier fetch the first, and waits for the time of the vector. */
async function changeList(
  { list = [], tokens, atSeconds = 0 }: Vector,
  server: IssuerServer,
  ask: () => Promise<unknown>,
) {
  const [, payload = ''] = (tokens[0] ?? '').split('.')
  const { uri } = JSON.parse(Buffer.from(payload, 'base64url').toString()).status.status_list
  const [first, second] = list
  if (first) server.change(pathOf(uri), first)
  if (!second) return
  await ask()
  server.change(pathOf(uri), second)
  await wait(atSeconds * 1_000)
}

const pathOf = (uri: string): string => uri.slice(uri.indexOf('/status-lists/'))

async function assertTestable({ url, cookieName }: ConformanceOptions, world: World): Promise<void> {
  const ask = () => send(url, headersOf([forger(world).good], 'cookie', cookieName))
  let answer = await ask()
  // A verifier may still fetch its first list or keys.
  for (let attempt = 1; 'status' in answer && answer.status === 503 && attempt < MOST_STARTS; attempt += 1) {
    await wait(UNAVAILABLE_MS)
    answer = await ask()
  }
  if ('failure' in answer) throw new NotTestable(`${url} does not respond: ${answer.failure}`)
  if (answer.status >= 200 && answer.status < 300) return
  const told = answer.code === undefined ? String(answer.status) : `${answer.status} ${answer.code}`
  throw new NotTestable(
    `${url} refuses a genuine token with ${told}. Its keys, issuer, audience, client_id and status lists must be those of the options.`,
  )
}

async function inParallel(jobs: readonly Job[]): Promise<void> {
  const rest = jobs.values()
  const work = async () => {
    for (const { run } of rest) await run()
  }
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work))
}

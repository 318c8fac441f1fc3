// What the tests of docker compose share: the project's own file under a name of its own, and HTTP through its front door.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

export async function docker(...args) {
  const { stdout } = await run('docker', args, { cwd: root, maxBuffer: 1 << 26, timeout: 600_000 }).catch((error) => {
    throw new Error(`docker ${args.join(' ')}: ${(error.stderr || error.message).trim().slice(-2_000)}`)
  })
  return stdout.trim()
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  await once(probe, 'close')
  return port
}

export const PROJECT = `signet-test-${process.pid}`
export const PORT = await freePort()
process.env.COMPOSE_PROJECT_NAME = PROJECT
process.env.PORT = String(PORT)

export const compose = (...args) => docker('compose', ...args)

/** The ids of a service's running containers. */
export const replicas = async (service) => (await compose('ps', '-q', service)).split('\n').filter(Boolean)

/** Where a container is reached without the front door. */
export async function addressOf(id) {
  const networks = JSON.parse(await docker('inspect', '--format', '{{json .NetworkSettings.Networks}}', id))
  return networks[`${PROJECT}_front`].IPAddress
}

/** No connection is kept: each request may meet another replica. */
const agent = new Agent({ keepAlive: false })

/** One request to `host:port`, with the name that a browser would have asked for. */
function send({ host, port, name }, method, path, { headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const sent = request(
      {
        agent,
        host,
        port,
        method,
        path,
        headers: {
          host: `${name}.signet.localhost:${PORT}`,
          ...(text === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
          ...headers,
        },
        timeout: 20_000,
      },
      async (response) => {
        try {
          let answer = ''
          for await (const chunk of response.setEncoding('utf8')) answer += chunk
          const json = (response.headers['content-type'] ?? '').startsWith('application/json')
          resolve({ status: response.statusCode, headers: response.headers, body: json ? JSON.parse(answer) : answer })
        } catch (error) {
          reject(error)
        }
      },
    )
    sent.on('timeout', () => sent.destroy(new Error('no answer in 20 s')))
    sent.on('error', reject)
    sent.end(text)
  })
}

/** Through the front door. */
export const ask = (name, method, path, options) => send({ host: '127.0.0.1', port: PORT, name }, method, path, options)

/** One replica itself. */
export const askReplica = (name, host, method, path, options) =>
  send({ host, port: name === 'bank' ? 3001 : 3002, name }, method, path, options)

export const ADA = { username: 'ada', password: 'analytical-engine' }

/** A sign-in's cookie, as every later request carries it. */
export async function signIn(strategy = 'jwt', person = ADA) {
  const answer = await ask('bank', 'POST', '/api/login', { body: { ...person, strategy } })
  if (answer.status !== 200)
    throw new Error(`the sign-in was answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  const pairs = answer.headers['set-cookie'].map((line) => line.split(';')[0]).filter((pair) => !pair.endsWith('='))
  return { cookie: pairs.join('; '), token: answer.body.data }
}

/** Asks one person's pages and API at both apps, again and again, until `stop`; every answer that is not 200 is kept. */
export function startLoad(headers, everyMs = 20) {
  const failures = []
  const instances = new Map()
  let asked = 0
  let running = true
  const one = async (name, path) => {
    asked += 1
    try {
      const { status, body } = await ask(name, 'GET', path, { headers })
      if (status !== 200) failures.push(`${name} ${path}: ${status} ${body?.code ?? ''}`)
      else if (body.data) instances.set(body.data.instance, (instances.get(body.data.instance) ?? 0) + 1)
    } catch (error) {
      failures.push(`${name} ${path}: ${error.message}`)
    }
  }
  const loop = async () => {
    const waiting = new Set()
    for (let round = 0; running; round += 1) {
      const work = one(round % 2 === 0 ? 'bank' : 'retirement', round % 10 < 2 ? '/' : '/api/me')
      const kept = work.finally(() => waiting.delete(kept))
      waiting.add(kept)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
    await Promise.all(waiting)
  }
  const ended = loop()
  return {
    stop: async () => {
      running = false
      await ended
      return { asked, failures, instances }
    },
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { DEMO_USERS } from '@signet/contracts/demo-users'
import { processorMs } from '../processes.js'
import { cookiesOf, sendRequest } from '../requests.js'
import type { Services } from '../services.js'

const SIGN_INS = 10

const usedMs = (pid: number): number => processorMs(pid) ?? Number.NaN

/** Returns the CPU time of all PostgreSQL processes in ms. The postmaster's time includes ended children. */
function postgresMs({ dataDir }: { readonly dataDir: string }) {
  const [first = ''] = readFileSync(`${dataDir}/postgres/data/postmaster.pid`, 'utf8').split('\n')
  const children = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === first
    } catch {
      // The process has exited.
      return false
    }
  })
  return [first, ...children].reduce((sum, pid) => sum + usedMs(Number(pid)), 0)
}

/** Signs in. Returns a function that renews the session repeatedly, each time with the latest refresh token. */
async function renewing({ bank }: Services, agent: Agent, times: number) {
  const { username, password } = DEMO_USERS.ada
  const send = async (path: string, headers: Record<string, string>, body = '') => {
    const answer = await sendRequest({ ...bank, path, method: 'POST', headers, body, agent })
    if (answer.status !== 200) throw new Error(`the bank responded ${answer.status} at ${path}: ${answer.text}`)
    return cookiesOf(answer)
  }
  const signIn = JSON.stringify({ username, password })
  let cookie = await send('/api/login', { 'content-type': 'application/json' }, signIn)
  return async () => {
    for (let time = 0; time < times; time += 1) cookie = await send('/api/token/refresh', { cookie })
  }
}

/** Renews ten sessions without pause at one bank process, and measures the cost of a renewal. */
export async function benchRenewals(services: Services, times: number) {
  const agent = new Agent({ keepAlive: true })
  const each = Math.ceil(times / SIGN_INS)
  const run = async (rounds: number) => {
    const signIns: Array<() => Promise<void>> = []
    for (let n = 0; n < SIGN_INS; n += 1) signIns.push(await renewing(services, agent, rounds))
    const before = { bank: usedMs(services.bank.pid), postgres: postgresMs(services.demo), at: performance.now() }
    await Promise.all(signIns.map((renewAll) => renewAll()))
    const count = rounds * SIGN_INS
    return {
      count,
      bankMicros: ((usedMs(services.bank.pid) - before.bank) * 1000) / count,
      postgresMicros: ((postgresMs(services.demo) - before.postgres) * 1000) / count,
      perSecond: (count * 1000) / (performance.now() - before.at),
    }
  }
  try {
    // Warms up the compilers.
    await run(50)
    return await run(each)
  } finally {
    agent.destroy()
  }
}

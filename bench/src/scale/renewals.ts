import { readdirSync, readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { DEMO_PEOPLE } from '@signet/contracts/demo-people'
import { processorMs } from '../processes.js'
import { ask, cookiesOf } from '../requests.js'
import type { Services } from '../services.js'

const SIGN_INS = 10

const usedMs = (pid: number): number => processorMs(pid) ?? Number.NaN

/** Processor time of PostgreSQL, all its processes together, in ms; those that have ended count with the first one. */
function postgresMs({ dataDir }: { readonly dataDir: string }) {
  const [first = ''] = readFileSync(`${dataDir}/postgres/data/postmaster.pid`, 'utf8').split('\n')
  const children = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === first
    } catch {
      // It ended meanwhile.
      return false
    }
  })
  return [first, ...children].reduce((sum, pid) => sum + usedMs(Number(pid)), 0)
}

/** A sign-in that is renewed again and again, each time with the refresh token of the time before. */
async function renewing({ bank }: Services, agent: Agent, times: number) {
  const { username, password } = DEMO_PEOPLE.ada
  const send = async (path: string, headers: Record<string, string>, body = '') => {
    const answer = await ask({ ...bank, path, method: 'POST', headers, body, agent })
    if (answer.status !== 200) throw new Error(`the bank answered ${answer.status} at ${path}: ${answer.text}`)
    return cookiesOf(answer)
  }
  const signIn = JSON.stringify({ username, password })
  let cookie = await send('/api/login', { 'content-type': 'application/json' }, signIn)
  return async () => {
    for (let time = 0; time < times; time += 1) cookie = await send('/api/token/refresh', { cookie })
  }
}

/** Ten sign-ins renewed without a pause by one process of the bank, and what one renewal costs whom. */
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
    // What compilers need to see once.
    await run(50)
    return await run(each)
  } finally {
    agent.destroy()
  }
}

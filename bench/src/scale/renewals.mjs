import { readdirSync, readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { DEMO_PEOPLE } from '@signet/contracts'
import { processorMs } from '../processes.mjs'
import { ask, cookiesOf } from '../requests.mjs'

const SIGN_INS = 10

/** Processor time of PostgreSQL, all its processes together, in ms; those that have ended count with the first one. */
function postgresMs({ dataDir }) {
  const [first] = readFileSync(`${dataDir}/postgres/data/postmaster.pid`, 'utf8').split('\n')
  const children = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')[1] === first
    } catch {
      // It ended meanwhile.
      return false
    }
  })
  return [first, ...children].reduce((sum, pid) => sum + processorMs(pid), 0)
}

/** A sign-in that is renewed again and again, each time with the refresh token of the time before. */
async function renewing({ bank }, agent, times) {
  const { username, password } = DEMO_PEOPLE.ada
  const send = async (path, headers, body) => {
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
export async function benchRenewals(services, times) {
  const agent = new Agent({ keepAlive: true })
  const each = Math.ceil(times / SIGN_INS)
  const run = async (rounds) => {
    const signIns = []
    for (let n = 0; n < SIGN_INS; n += 1) signIns.push(await renewing(services, agent, rounds))
    const before = [processorMs(services.bank.pid), postgresMs(services.demo), performance.now()]
    await Promise.all(signIns.map((renewAll) => renewAll()))
    const count = rounds * SIGN_INS
    return {
      count,
      bankMicros: ((processorMs(services.bank.pid) - before[0]) * 1000) / count,
      postgresMicros: ((postgresMs(services.demo) - before[1]) * 1000) / count,
      perSecond: (count * 1000) / (performance.now() - before[2]),
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

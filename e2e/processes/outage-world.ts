// Services on a PostgreSQL server of their own, which the outage suites stop and start.
import { after } from 'node:test'
import { openOwnServer } from '@signet/testing'
import { call, untilServed } from './requests.js'
import { openWorld } from './world.js'

export const postgres = await openOwnServer({ durable: true })
const world = await openWorld({ postgres })
after(() => world.close())

/** Longer than any of these tests, so that status lists remain valid throughout an outage. */
const PATIENT = { REVOCATION_MAX_AGE: '3600' }

// Retirement connects to the first bank only.
const [bank, otherBank, briefBank, retirement, strictRetirement] = await Promise.all([
  world.start('bank', { port: world.ports.bank, env: PATIENT }),
  world.startHere('bank', { env: PATIENT }),
  world.startHere('bank', { env: { ...PATIENT, ACCESS_TOKEN_TTL: '2' } }),
  world.start('retirement', { port: world.ports.retirement, env: PATIENT }),
  world.startHere('retirement', { env: { REVOCATION_MAX_AGE: '2' } }),
])

export { briefBank, otherBank, retirement, strictRetirement }

let current = bank
/** Returns the bank that retirement connects to. Each restart makes it another process. */
export const theBank = () => current
export const killTheBank = () => current.stop('SIGKILL')
export async function restartTheBank() {
  current = await world.start('bank', { port: world.ports.bank, env: PATIENT })
}

/** Waits until every bank reaches its database, so that the previous outage is over. */
export const untilBanksAreReady = () =>
  Promise.all([current, otherBank, briefBank].map((bank) => untilServed(() => call(bank, 'GET', '/readyz'))))

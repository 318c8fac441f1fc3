// What the suites about outages share: services on a PostgreSQL of their own, which the suites stop and start again.
import { after } from 'node:test'
import { call, untilServed } from './requests.mjs'
import { openWorld } from './world.mjs'

export const world = await openWorld({ ownServer: true })
after(() => world.close())

/** Longer than any of these tests, on any machine: lists are relied on throughout the outage. */
const PATIENT = { REVOCATION_MAX_AGE: '3600' }

// Retirement knows the first bank alone.
const [bank, otherBank, briefBank, retirement, strictRetirement] = await Promise.all([
  world.start('bank', { port: world.ports.bank, env: PATIENT }),
  world.startHere('bank', { env: PATIENT }),
  world.startHere('bank', { env: { ...PATIENT, ACCESS_TOKEN_TTL: '2' } }),
  world.start('retirement', { port: world.ports.retirement, env: PATIENT }),
  world.startHere('retirement', { env: { REVOCATION_MAX_AGE: '2' } }),
])

export { briefBank, otherBank, retirement, strictRetirement }

let current = bank
/** The bank that retirement knows: another process after each of its outages. */
export const theBank = () => current
export const killTheBank = () => current.stop('SIGKILL')
export async function restartTheBank() {
  current = await world.start('bank', { port: world.ports.bank, env: PATIENT })
}

/** Every bank reaches its database: whatever outage was before is over. */
export const untilBanksAreReady = () =>
  Promise.all([current, otherBank, briefBank].map((bank) => untilServed(() => call(bank, 'GET', '/readyz'))))

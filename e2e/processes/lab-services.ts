// Both services with the labs, with a shared secret or key pairs.
import { join } from 'node:path'
import { after } from 'node:test'
import { keys } from './key-files.js'
import { register, type Session } from './requests.js'
import type { Environment, Service, ServiceName } from './services.js'
import { openWorld, type World } from './world.js'

export const world = await openWorld()
after(() => world.close())

type EnvironmentOf = Readonly<Record<ServiceName, Environment>>

export interface Both extends Readonly<Record<ServiceName, Service>> {
  readonly both: readonly Service[]
  readonly person: Session
}

/** Starts both services with these variables and registers a user. */
export async function startBoth(env: EnvironmentOf, start: World['startHere']): Promise<Both> {
  const at = { bank: world.ports.bank, retirement: world.ports.retirement }
  const bank = await start('bank', { port: at.bank, env: env.bank })
  const retirement = await start('retirement', { port: at.retirement, env: env.retirement })
  return { bank, retirement, both: [bank, retirement], person: await register(bank) }
}

export const stopBoth = ({ both }: Both) => Promise.all(both.map((service) => service.stop()))

async function keyPairs(): Promise<EnvironmentOf> {
  const file = join(world.dataDir, 'lab-keys.json')
  await keys('add', file)
  const url = `http://127.0.0.1:${world.ports.bank}/.well-known/jwks.json`
  return {
    bank: { JWT_SECRET: undefined, JWT_PRIVATE_KEYS_FILE: file },
    retirement: { JWT_SECRET: undefined, JWT_JWKS_URL: url },
  }
}

/** How the services sign and verify. */
interface Mode {
  readonly mode: string
  readonly alg: string
  readonly envOf: () => Promise<EnvironmentOf>
  /** The verdicts on retirement's forgeries. */
  readonly forged: readonly string[]
}
export const SHARED_SECRET: Mode = {
  mode: 'a shared secret',
  alg: 'HS256',
  envOf: async () => ({ bank: {}, retirement: {} }),
  forged: ['genuine', 'token_signature_invalid'],
}
export const KEY_PAIRS: Mode = {
  mode: 'key pairs',
  alg: 'EdDSA',
  envOf: keyPairs,
  forged: Array(3).fill('token_signature_invalid'),
}

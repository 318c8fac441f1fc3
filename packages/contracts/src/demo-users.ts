import { DEMO_USER_IDS } from './demo-user-ids.js'

/** A demo user, seeded in both services with the same id. The services share nothing about a user but the token's `sub`. */
export interface DemoUser {
  readonly id: string
  readonly username: string
  readonly name: string
  /** Public on purpose: these users exist only with the demo on. */
  readonly password: string
}

export const DEMO_USERS = {
  ada: {
    id: DEMO_USER_IDS.ada,
    username: 'ada',
    name: 'Ada Lovelace',
    password: 'analytical-engine',
  },
  grace: {
    id: DEMO_USER_IDS.grace,
    username: 'grace',
    name: 'Grace Hopper',
    password: 'nanosecond-wire',
  },
} as const satisfies Record<string, DemoUser>

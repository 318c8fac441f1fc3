import { DEMO_USER_IDS } from './demo-user-ids.js'

/** Somebody whom both services' seeds know, by the same id: the `sub` of the token is all that the two share. */
export interface DemoPerson {
  readonly id: string
  readonly username: string
  readonly name: string
  /** Public on purpose. These people exist only where `DEMO=1`. */
  readonly password: string
}

export const DEMO_PEOPLE = {
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
} as const satisfies Record<string, DemoPerson>

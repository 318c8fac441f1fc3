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
    id: 'ada0ada0-1815-4210-8a5e-00000000ada0',
    username: 'ada',
    name: 'Ada Lovelace',
    password: 'analytical-engine',
  },
  grace: {
    id: '9ace9ace-1906-4209-8b06-000000009ace',
    username: 'grace',
    name: 'Grace Hopper',
    password: 'nanosecond-wire',
  },
} as const satisfies Record<string, DemoPerson>

/** Where the demo is off, these users have no access, also when they are still in the database. */
export const DEMO_USER_IDS: readonly string[] = Object.values(DEMO_PEOPLE).map(({ id }) => id)

/** The demo users' ids by name. With the demo off these users cannot sign in, even if they are still in the database. */
export const DEMO_USER_IDS = {
  ada: 'ada0ada0-1815-4210-8a5e-00000000ada0',
  grace: '9ace9ace-1906-4209-8b06-000000009ace',
} as const

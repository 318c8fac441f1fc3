/** Titles of the tour's steps, in order. Both apps show them. */
export const TOUR_STEPS = [
  'Sign in at the bank',
  'Open retirement without a second sign-in',
  'Sign in with a memory session',
  'Open retirement with the memory session',
  'Sign in with a shared session',
  'Inspect the token',
  'Change the token',
  'Forge a token',
  'Let the token expire',
  'Sign out everywhere',
  'Sign in without a password',
] as const
